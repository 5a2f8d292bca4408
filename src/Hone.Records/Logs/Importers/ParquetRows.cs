using Hone.Records.Lines;
using Hone.Records.Parquet;

namespace Hone.Records.Logs.Importers;

/// <summary>Rows of Parquet files; fields of structs by dotted paths.</summary>
internal sealed class ParquetRows : MappedRows
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "parquet", "rows (Parquet, one a completion)", "a step is taken as the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IEnumerable<string> files = Directory.Exists(path)
            ? LogFiles.In(path).Where(file => LogFiles.Ends(file, ".parquet"))
            : LogFiles.In(path).Where(ParquetFile.IsParquet);
        return LogFiles.ByNumber(files.Select(file => new LogFile(file))) is { Count: > 0 } found ? found : null;
    }

    /// <inheritdoc/>
    protected override IRowCursor Open(string path) => ParquetRowReader.Open(path);
}
