using Hone.Records.Logs.Importers;

namespace Hone.Records.Logs;

/// <summary>Tells by its files and fields which trainer wrote a log.</summary>
internal static class LogRecognition
{
    // The more telling a format's marks are, the earlier it is asked: names of folders and files, then fields that one trainer
    // alone has, then fields that many have, then what the user says of any rows.
    private static readonly LogImporter[] Telling =
    [
        new PrimeRlLog(), new NemoRlLog(), new TrlLog(), new UgcsLog(), new SlimeLog(), new OpenInstructLog(), new SwiftLog(),
        new VerlLog(), new HoneLog(), new LoggingBoardLog(),
    ];

    private static readonly LogImporter[] Rows = [new ParquetRows(), new CsvRows(), new PlainRows()];

    private static readonly LogImporter[] All = [.. Telling, .. Rows];

    /// <summary>The names that --format takes.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. All.Select(importer => importer.Format.Name)];

    /// <summary>The importer for a log, its files, and what else was found beside them.</summary>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">There is no file of the format asked for, or of any.</exception>
    internal static (LogImporter Importer, IReadOnlyList<LogFile> Files, IReadOnlyList<LogFinding> Findings) Find(
        string path, string? format)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        if (format is not null)
        {
            LogImporter asked = Array.Find(All, importer => importer.Format.Name == format)
                ?? throw RecordError.In(path, $"format '{format}' is unknown, expected one of {string.Join(", ", Names)}",
                    $"did you mean {NearestName.Of(format, Names) ?? Names[0]}");
            return (asked, asked.FindAsked(path) ?? throw RecordError.In(
                path, $"has no {asked.Format.Title}, expected one file at least", "leave out --format to have it recognised"), []);
        }

        (LogImporter Importer, IReadOnlyList<LogFile> Files)[] found =
        [
            .. Telling.Select(importer => (importer, importer.Find(path))).Where(found => found.Item2 is not null)
                .Select(found => (found.importer, found.Item2!)),
        ];
        if (found.Length == 0)
        {
            LogImporter rows = Array.Find(Rows, importer => importer.Find(path) is not null) ?? throw Nothing(path);
            return (rows, rows.Find(path) ?? [], []);
        }

        (LogImporter chosen, IReadOnlyList<LogFile> files) = found[0];
        HashSet<string> read = [.. files.Select(file => file.Path)];
        return (chosen, files,
        [
            .. found.Skip(1).Where(other => !other.Files.Any(file => read.Contains(file.Path))).Select(other => new LogFinding(
                "other_logs", FormattableString.Invariant($"{other.Files.Count} other ")
                + $"{(other.Files.Count == 1 ? "file here is" : "files here are")} {other.Importer.Format.Title} and "
                + $"{(other.Files.Count == 1 ? "was" : "were")} not read; --format {other.Importer.Format.Name} reads them")),
        ]);
    }

    private static InvalidDataException Nothing(string folder) => RecordError.In(folder,
        "has no log that can be read, expected JSON Lines (.jsonl, .jsonl.gz), CSV (.csv), Parquet (.parquet) or torch files (.pt)",
        LogBelow(folder) is { } found ? $"there is a log in {found}" : "name a run folder, a folder of rollout files or one file");

    /// <summary>The first subfolder with a known log in it; null for none.</summary>
    private static string? LogBelow(string folder)
    {
        const int Most = 100;
        try
        {
            return Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Take(Most)
                .FirstOrDefault(inner => Array.Exists(Telling, importer => importer.Find(inner) is not null));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
