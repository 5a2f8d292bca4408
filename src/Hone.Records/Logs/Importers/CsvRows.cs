using Hone.Records.Lines;

namespace Hone.Records.Logs.Importers;

/// <summary>Rows of CSV (RFC 4180: quotes, commas and line breaks in fields) under a row of names. A list of log-probabilities is a
/// field such as <c>[-0.5, -1]</c>.</summary>
internal sealed class CsvRows : MappedRows
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "csv", "rows (CSV, one a completion)", "a step is taken as the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IEnumerable<string> files = LogFiles.In(path).Where(file => LogFiles.Ends(file, ".csv"));
        return LogFiles.ByNumber(files.Select(file => new LogFile(file))) is { Count: > 0 } found ? found : null;
    }

    /// <inheritdoc/>
    protected override IRowCursor Open(string path) => new CsvTable(path);
}
