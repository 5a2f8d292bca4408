using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>Rows of CSV (RFC 4180: quotes, commas and line breaks in fields) under a row of names, which the user maps to our fields
/// with --field. A list of log-probabilities is a field such as <c>[-0.5, -1]</c>.</summary>
internal sealed class CsvRows : LogImporter
{
    private const int RowsAtATime = 4096;

    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "csv", "rows (CSV, one a completion)", "a step is taken as the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IEnumerable<string> files = LogFiles.In(path).Where(file => LogFiles.Ends(file, ".csv"));
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
            using var table = new CsvTable(file.Path);
            var rows = new RowBlock();
            while (table.Next())
            {
                rows.Lines = table.Line - columns.LinesBefore;
                try
                {
                    parser.Parse(table.AsJson(), file, rows);
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
    internal override IEnumerable<RolloutText> Texts(LogFile file, LogOptions options, TextFields fields)
    {
        using var table = new CsvTable(file.Path);
        var rows = new TextRows(file, Parser(options), fields);
        while (table.Next())
        {
            foreach (RolloutText text in rows.Of(table.AsJson(), table.Line))
            {
                yield return text;
            }
        }
    }

    private static FieldRowParser Parser(LogOptions options) =>
        new(FieldNames.Ours().Under(options.Fields), logprobsRequired: !options.LogprobsElsewhere, options.Measures);
}
