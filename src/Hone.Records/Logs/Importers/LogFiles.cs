using System.Globalization;
using System.Text;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs.Importers;

/// <summary>Names of log files.</summary>
internal static class LogFiles
{
    private const string Gzip = ".gz";

    /// <summary>The file itself, or a folder's files that are not hidden, by name; of a file and its gzip the file alone. Pipes in a
    /// folder are passed over.</summary>
    internal static IReadOnlyList<string> In(string path) => Directory.Exists(path)
        ? [
            .. WithoutCompressed(Directory.EnumerateFiles(path)
                .Where(file => Path.GetFileName(file)[0] != '.' && !LogprobFile.Is(file) && RegularFile.Is(file)))
                .Order(StringComparer.Ordinal),
        ]
        : File.Exists(path) ? [path] : [];

    /// <summary>The files without those that are another one of them compressed.</summary>
    internal static IEnumerable<string> WithoutCompressed(IEnumerable<string> files)
    {
        HashSet<string> all = [.. files];
        return all.Where(file => !file.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) || !all.Contains(file[..^Gzip.Length]));
    }

    /// <summary>A finding for files whose gzip lies beside them; none where there is none.</summary>
    internal static IEnumerable<LogFinding> Compressed(IReadOnlyList<LogFile> read)
    {
        string[] both = [.. read.Select(file => file.Path).Where(file => File.Exists(file + Gzip))];
        return both.Length == 0 ? [] :
        [
            new LogFinding("gzip_copies", FormattableString.Invariant($"{both.Length} of {read.Count} files, the first {both[0]}, are ")
                + "here a second time with .gz behind their names: the plain ones alone were read"),
        ];
    }

    /// <summary>The files of a folder's subfolder where there is one, else of the path itself.</summary>
    internal static IReadOnlyList<string> In(string path, string subfolder) =>
        In(Directory.Exists(Path.Combine(path, subfolder)) ? Path.Combine(path, subfolder) : path);

    /// <summary>Whether a file has an ending such as .jsonl, or that with .gz behind it.</summary>
    internal static bool Ends(string file, string ending) =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>The files by the numbers in their names, ties by name.</summary>
    internal static IReadOnlyList<LogFile> ByNumber(IEnumerable<LogFile> files) =>
        [.. files.OrderBy(file => NumberIn(file.Path) ?? -1).ThenBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>The last number in a file's name, so that 9.jsonl goes before 10.jsonl; null for none.</summary>
    internal static long? NumberIn(string file)
    {
        string name = Path.GetFileName(file);
        int ending = name.IndexOf(".jsonl", StringComparison.OrdinalIgnoreCase);
        ending = ending < 0 ? name.Length : ending;
        int end = name.AsSpan(0, ending).LastIndexOfAnyInRange('0', '9') + 1;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
        {
            start--;
        }

        ReadOnlySpan<char> digits = name.AsSpan(start, end - start);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    /// <summary>The name with each run of digits as one mark: files of one series share it.</summary>
    internal static string Series(string file)
    {
        var series = new StringBuilder();
        foreach (char c in Path.GetFileName(file))
        {
            if (!char.IsAsciiDigit(c))
            {
                series.Append(c);
            }
            else if (series.Length == 0 || series[^1] != '#')
            {
                series.Append('#');
            }
        }

        return series.ToString();
    }

    /// <summary>A finding for runs that lie beside the one that was read; none where there are none.</summary>
    internal static IEnumerable<LogFinding> OtherRuns(string read, IReadOnlyCollection<string> others) => others.Count == 0 ? [] :
    [
        new LogFinding("other_runs", $"the newest run, {read}, was read; {RecordError.List(others)} beside it "
            + (others.Count == 1 ? "was not" : "were not")),
    ];
}
