using Hone.Records.Logs.Importers;

namespace Hone.Records.Logs;

/// <summary>Tells by its files and fields which trainer wrote a log.</summary>
internal static class LogRecognition
{
    private static readonly HoneLog Own = new();

    // The more telling a format's marks are, the earlier it is asked.
    private static readonly LogImporter[] Importers = [Own, new VerlLog()];

    /// <summary>The names that --format takes.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. Importers.Select(importer => importer.Format.Name)];

    /// <summary>The importer for a log, and its files.</summary>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">There is no file of the format asked for, or of any.</exception>
    internal static (LogImporter Importer, IReadOnlyList<LogFile> Files) Find(string path, string? format)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        if (format is not null)
        {
            LogImporter asked = Array.Find(Importers, importer => importer.Format.Name == format)
                ?? throw RecordError.In(path, $"format '{format}' is unknown, expected one of {string.Join(", ", Names)}",
                    $"did you mean {NearestName.Of(format, Names) ?? Names[0]}");
            return (asked, asked.Find(path) ?? throw RecordError.In(
                path, $"has no file of {asked.Format.Title}", "leave out --format to have it recognised"));
        }

        foreach (LogImporter importer in Importers)
        {
            if (importer.Find(path) is { } files)
            {
                return (importer, files);
            }
        }

        return (Own, Own.Any(path));
    }
}
