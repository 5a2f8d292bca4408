namespace Hone.Cli.Tests;

/// <summary>Compares two runs byte by byte, but for times and for the name of their folder.</summary>
internal static class SameRun
{
    internal static void Assert(string expected, string actual)
    {
        Xunit.Assert.Equal(Files(expected), Files(actual));
        foreach (string file in Files(expected).Where(file => file is not ("run.json" or "metrics.jsonl")))
        {
            Xunit.Assert.True(
                File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), file);
        }

        Xunit.Assert.Equal(WithoutTimes(expected), WithoutTimes(actual));
    }

    // Without ranking.json: `rank` writes it, and other tests of this class rank the run that they share.
    private static string[] Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file)).Where(file => file != "ranking.json")
            .Order(StringComparer.Ordinal),
    ];

    private static string[] WithoutTimes(string run) => [.. TempFolder.Lines(Path.Combine(run, "metrics.jsonl")).Select(line =>
    {
        line.Remove("seconds");
        line.Remove("seconds_sampling");
        line.Remove("seconds_training");
        return line.ToJsonString();
    })];
}
