using System.Runtime.CompilerServices;

namespace Hone.Training.Tests.Rewards;

/// <summary>Finds the folder of real data beside the checkout, or skips the test.</summary>
internal static class SharedData
{
    internal static string File(string name)
    {
        string? root = Environment.GetEnvironmentVariable("HONE_SHARED")
            ?? SharedAbove(AppContext.BaseDirectory)
            ?? SharedAbove(SourceFile());
        string? file = root is null ? null : Path.Combine(root, "data", name);
        if (file is null || !System.IO.File.Exists(file))
        {
            Assert.Skip($"no shared/data/{name} above {AppContext.BaseDirectory}; set HONE_SHARED to that folder");
        }

        return file;
    }

    private static string? SharedAbove(string path)
    {
        for (string? folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared");
            if (Directory.Exists(Path.Combine(candidate, "data")))
            {
                return candidate;
            }
        }

        return null;
    }

    // Build outputs may lie outside the checkout.
    private static string SourceFile([CallerFilePath] string path = "") => path;
}
