using Hone.Records.Lines;
using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>Rows of a table, one a completion, whose columns the user maps to our fields with --field.</summary>
internal abstract class MappedRows : LogImporter
{
    private const int RowsAtATime = 4096;

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns)
    {
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        FieldRowParser parser = Parser(options);
        foreach (LogFile file in files)
        {
            columns.Begin(file);
            using IRowCursor cursor = Open(file.Path);
            var rows = new RowBlock();
            while (cursor.Read())
            {
                rows.Lines = cursor.LineNumber - columns.LinesBefore;
                try
                {
                    parser.Parse(cursor.Line.Span, file, rows);
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
        CursorTexts.Of(Open(file.Path), file, Parser(options), fields);

    /// <summary>Opens a file of this format.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    protected abstract IRowCursor Open(string path);

    private static FieldRowParser Parser(LogOptions options) =>
        new(FieldNames.Ours().Under(options.Fields), logprobsRequired: !options.LogprobsElsewhere, options.Measures);
}
