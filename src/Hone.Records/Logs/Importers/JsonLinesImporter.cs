using Hone.Records.Logs.Reading;
using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>A format of JSON lines.</summary>
internal abstract class JsonLinesImporter : LogImporter
{
    /// <summary>Whether the trainer appends to its files while it runs, so that the last line of one may be half written; formats
    /// whose files are written at once have such a line only when damaged.</summary>
    protected virtual bool Grows => false;

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns) =>
        LogReader.Read(files, Parsers(options), (file, starts, rows) =>
        {
            if (starts)
            {
                columns.Begin(file);
            }

            if (Grows && rows is { ProblemIsAtOpenEnd: true, Problem.IsMalformed: true })
            {
                rows.Problem = null;
                columns.Findings.Add(new LogFinding(
                    "half_line", $"the last line of {file.Path} is half written and was left out; the run may still be going on"));
            }

            columns.Take(rows);
        });

    /// <inheritdoc/>
    internal override IEnumerable<RolloutText>? Texts(LogFile file, LogOptions options, TextFields fields) =>
        LineTexts.Of(file, Parsers(options)(), fields);

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        // One file of each series stands for the others: a folder may hold thousands, and other things beside them.
        IEnumerable<LogFile> files = Candidates(path).GroupBy(file => LogFiles.Series(file.Path))
            .Where(series => Matches(FirstLine.NamesIn([.. series]))).SelectMany(series => series);
        return LogFiles.ByNumber(files) is { Count: > 0 } found ? found : null;
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? FindAsked(string path) =>
        Find(path) ?? (LogFiles.ByNumber(Candidates(path)) is { Count: > 0 } found ? found : null);

    /// <summary>The files that may be this format's by their names.</summary>
    protected virtual IEnumerable<LogFile> Candidates(string path) =>
        LogFiles.In(path, "rollouts").Where(file => file == path || LogFiles.Ends(file, ".jsonl")).Select(file => new LogFile(file));

    /// <summary>Whether the first row's fields are this format's.</summary>
    protected abstract bool Matches(IReadOnlyCollection<string> fields);

    /// <summary>What makes a parser for each thread.</summary>
    /// <exception cref="InvalidDataException">The options do not fit the format.</exception>
    protected abstract Func<ILineParser> Parsers(LogOptions options);
}
