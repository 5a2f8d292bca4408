using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>Finds and reads the logs of one format. It keeps nothing of a log itself.</summary>
internal abstract class LogImporter
{
    /// <summary>What it reads.</summary>
    internal abstract LogFormat Format { get; }

    /// <summary>What rows it leaves out as no training completions, in the plural.</summary>
    internal virtual string ForeignRows => "rows that are no training completions";

    /// <summary>Whether a log of this format whose first step is 0 counts from there, whatever <see cref="LogFormat.StepOffset"/>
    /// says.</summary>
    protected virtual bool MayStartAtZero => false;

    /// <summary>Whether some versions of the trainer count from 0 and others from 1, so that a log without its start does not
    /// say.</summary>
    protected virtual bool StartsAtZeroOrOne => false;

    /// <summary>The training rollouts among the files at a path, in the order of their steps; null where there is no sign of this
    /// format.</summary>
    /// <param name="path">A file or folder that exists.</param>
    internal abstract IReadOnlyList<LogFile>? Find(string path);

    /// <summary>The same where the user says that the log is of this format, whatever its first rows look like.</summary>
    internal virtual IReadOnlyList<LogFile>? FindAsked(string path) => Find(path);

    /// <summary>Reads files into columns.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    internal abstract void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns);

    /// <summary>The texts of a file's completions, in the order in which reading counts its rows; null where this format's texts are
    /// not read.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or has no texts.</exception>
    internal virtual IEnumerable<RolloutText>? Texts(LogFile file, LogOptions options, TextFields fields) => null;

    /// <summary>What to know of this format's logs in general, and of these files.</summary>
    internal virtual IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files) => [];

    /// <summary>The format with the step offset that a log's own steps call for.</summary>
    /// <param name="columns">A log that was read, of one row at least.</param>
    internal LogFormat FormatOf(RolloutColumns columns) => MayStartAtZero && columns.Steps.Min() == 0
        ? Format with { StepOffset = 1, Steps = $"{Format.Steps}; this log starts at 0, so 1 is added" }
        : Format;

    /// <summary>A finding for a log that does not say where its count starts; none for others.</summary>
    /// <param name="columns">A log that was read, of one row at least.</param>
    internal IEnumerable<LogFinding> UnknownStart(RolloutColumns columns) =>
        StartsAtZeroOrOne && columns.Steps.Min() is > 1 and var first
            ? [new LogFinding("unknown_start", FormattableString.Invariant(
                $"the log starts at step {first} and does not say whether {Format.Name} counted from 0 or from 1: from 1 was taken, ")
                + "and where it was from 0 every step here is one too low")]
            : [];
}
