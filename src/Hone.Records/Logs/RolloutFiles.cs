using Hone.Records.Logs.Importers;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs;

/// <summary>Finds the files of a log.</summary>
internal static class RolloutFiles
{
    /// <summary>The files of lines of a run or of a folder, by the numbers in their names; the file itself.</summary>
    internal static IReadOnlyList<LogFile> In(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [new LogFile(path)] : throw RecordError.NoFile(path);
        }

        string rollouts = Path.Combine(path, "rollouts");
        bool isRun = Directory.Exists(rollouts) || File.Exists(Path.Combine(path, "run.json"));
        string folder = isRun ? rollouts : path;
        return Directory.Exists(folder)
            ? LogFiles.ByNumber(LogFiles.WithoutCompressed(Directory.EnumerateFiles(folder).Where(IsLog)).Select(file => new LogFile(file)))
            : [];
    }

    private static bool IsLog(string file) =>
        !Path.GetFileName(file).StartsWith('.') && !LogprobFile.Is(file)
        && (file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase)) && RegularFile.Is(file);
}
