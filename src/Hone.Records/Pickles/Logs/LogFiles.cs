using System.Globalization;

namespace Hone.Records.Pickles.Logs;

/// <summary>Finds the .pt files of a log, in the order of the number in their names.</summary>
internal static class LogFiles
{
    /// <summary>The files of a log.</summary>
    /// <param name="path">One file, or a folder of them.</param>
    /// <param name="subfolder">Where the trainer puts them below a folder of its own.</param>
    /// <param name="belongs">Whether a file of the folder is one, by its name.</param>
    internal static IReadOnlyList<string> In(string path, string subfolder, Func<string, bool> belongs)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw RecordError.NoFile(path);
        }

        string below = Path.Combine(path, subfolder);
        string folder = Directory.Exists(below) ? below : path;
        string[] files = [.. Directory.EnumerateFiles(folder, "*.pt").Where(belongs)];
        return files.Length > 0
            ? [.. files.OrderBy(NumberOf).ThenBy(file => file, StringComparer.Ordinal)]
            : throw RecordError.In(folder, "has no .pt file of a training log, expected one at least",
                "name the folder that the trainer wrote its logs to, or one file");
    }

    // The last number of the name, so that 9 goes before 10; -1 for none.
    private static long NumberOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        int end = name.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
        {
            start--;
        }

        return long.TryParse(name.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : -1;
    }
}
