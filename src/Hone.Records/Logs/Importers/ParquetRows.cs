using Hone.Records.Logs.Texts;
using Hone.Records.Parquet;

namespace Hone.Records.Logs.Importers;

/// <summary>Rows of Parquet files, which the user maps to our fields with --field; fields of structs by dotted paths.</summary>
internal sealed class ParquetRows : LogImporter
{
    private const int RowsAtATime = 4096;

    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "parquet", "rows (Parquet, one a completion)", "a step is taken as the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IEnumerable<string> files = Directory.Exists(path)
            ? LogFiles.In(path).Where(file => LogFiles.Ends(file, ".parquet"))
            : LogFiles.In(path).Where(ParquetFile.IsParquet);
        return LogFiles.ByNumber(files.Select(file => new LogFile(file))) is { Count: > 0 } found ? found : null;
    }

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns)
    {
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        FieldRowParser parser = Parser(options);
        foreach (LogFile file in files)
        {
            columns.Begin(file);
            using var reader = ParquetRowReader.Open(file.Path);
            var rows = new RowBlock();
            while (reader.Read())
            {
                rows.Lines++;
                try
                {
                    parser.Parse(reader.Line.Span, file, rows);
                }
                catch (RowException problem)
                {
                    rows.Problem = problem;
                }

                if (rows.Problem is not null || rows.Rows.Count == RowsAtATime)
                {
                    columns.Take(rows);
                    rows.Clear();
                }
            }

            columns.Take(rows);
        }
    }

    /// <inheritdoc/>
    internal override IEnumerable<RolloutText> Texts(LogFile file, LogOptions options, TextFields fields) =>
        ParquetTexts.Of(file, Parser(options), fields);

    private static FieldRowParser Parser(LogOptions options) =>
        new(FieldNames.Ours().Under(options.Fields), logprobsRequired: !options.LogprobsElsewhere, options.Measures);
}
