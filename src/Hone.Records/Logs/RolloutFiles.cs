using System.Globalization;
using Hone.Records.Logs.Importers;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs;

/// <summary>Finds the files of a log.</summary>
internal static class RolloutFiles
{
    /// <summary>The files of lines of a run or of a folder, by the numbers in their names; the file itself.</summary>
    internal static IReadOnlyList<string> In(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw RecordError.NoFile(path);
        }

        string rollouts = Path.Combine(path, "rollouts");
        bool isRun = Directory.Exists(rollouts) || File.Exists(Path.Combine(path, "run.json"));
        string folder = isRun ? rollouts : path;
        string[] files = Directory.Exists(folder)
            ? [.. LogFiles.WithoutCompressed(Directory.EnumerateFiles(folder).Where(IsLog))]
            : [];
        return [.. files.OrderBy(StepOf).ThenBy(file => file, StringComparer.Ordinal)];
    }

    private static bool IsLog(string file) =>
        !Path.GetFileName(file).StartsWith('.') && !LogprobFile.Is(file)
        && (file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase));

    /// <summary>The last number in a file's name; null for none, or one that is no step.</summary>
    internal static int? NumberIn(string file) => StepOf(file) is var number and >= 0 and <= int.MaxValue ? (int)number : null;

    /// <summary>The last number in the name, so that 9.jsonl goes before 10.jsonl; -1 for none.</summary>
    private static long StepOf(string file)
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
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
    }
}
