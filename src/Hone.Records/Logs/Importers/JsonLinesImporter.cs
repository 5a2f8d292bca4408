using Hone.Records.Logs.Reading;
using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>A format of JSON lines.</summary>
internal abstract class JsonLinesImporter : LogImporter
{
    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns) =>
        LogReader.Read(files, () => Parser(options), (file, starts, rows) =>
        {
            if (starts)
            {
                columns.Begin(file);
            }

            columns.Take(rows);
        });

    /// <inheritdoc/>
    internal override IEnumerable<RolloutText>? Texts(LogFile file, LogOptions options, TextFields fields) =>
        LineTexts.Of(file, Parser(options), fields);

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IReadOnlyList<LogFile> files = Candidates(path);
        return files.Count > 0 && Matches(FirstLine.NamesIn(files)) ? files : null;
    }

    /// <summary>The files that may be this format's by their names.</summary>
    protected abstract IReadOnlyList<LogFile> Candidates(string path);

    /// <summary>Whether the first row's fields are this format's.</summary>
    protected abstract bool Matches(IReadOnlyCollection<string> fields);

    /// <summary>A parser for one thread.</summary>
    protected abstract ILineParser Parser(LogOptions options);
}
