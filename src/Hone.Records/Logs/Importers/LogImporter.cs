using Hone.Records.Logs.Texts;

namespace Hone.Records.Logs.Importers;

/// <summary>Finds and reads the logs of one format.</summary>
internal abstract class LogImporter
{
    /// <summary>What it reads.</summary>
    internal abstract LogFormat Format { get; }

    /// <summary>The training rollouts among the files at a path, in the order of their steps; null where there is no sign of this
    /// format.</summary>
    /// <param name="path">A file or folder that exists.</param>
    internal abstract IReadOnlyList<LogFile>? Find(string path);

    /// <summary>Reads files into columns.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    internal abstract void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns);

    /// <summary>The texts of a file's completions, in the order in which reading counts its rows; null where this format's texts are
    /// not read.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or has no texts.</exception>
    internal virtual IEnumerable<RolloutText>? Texts(LogFile file, LogOptions options, TextFields fields) => null;

    /// <summary>What to know of this format's logs in general, and of these files.</summary>
    internal virtual IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files) => [];
}
