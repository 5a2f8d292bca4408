using Hone.Records.Logs.Importers;

namespace Hone.Records.Logs.Texts;

/// <summary>The texts of a log's completions, file by file and row by row, whoever wrote it.</summary>
public sealed class RolloutTexts
{
    private readonly LogImporter _importer;
    private readonly LogOptions _options;

    private RolloutTexts(LogImporter importer, IReadOnlyList<LogFile> files, LogOptions options) =>
        (_importer, Files, _options) = (importer, files, options);

    /// <summary>What the log is read as.</summary>
    public LogFormat Format => _importer.Format;

    /// <summary>Its files, in their order.</summary>
    public IReadOnlyList<LogFile> Files { get; }

    /// <summary>Finds the files of a log; nothing of them is read yet but what tells the format.</summary>
    /// <param name="path">A run folder, a folder of rollout files, or one file.</param>
    /// <param name="options">How to read it; fields may map <c>prompt</c> and <c>completion</c> too.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">There is no log in it.</exception>
    public static RolloutTexts Open(string path, LogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (LogImporter importer, IReadOnlyList<LogFile> files, _) = LogRecognition.Find(path, options.Format);
        return new RolloutTexts(importer, files, options with { LogprobsElsewhere = true });
    }

    /// <summary>Reads the texts of a file as they are asked for.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <exception cref="InvalidDataException">A row cannot be read, or has no text.</exception>
    public IEnumerable<RolloutText> Of(LogFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return _importer.Texts(file, _options, new TextFields(_options.Fields)) ?? throw RecordError.In(
            file.Path, $"the texts of {Format.Title} cannot be read", "let the trainer log its log-probabilities");
    }
}
