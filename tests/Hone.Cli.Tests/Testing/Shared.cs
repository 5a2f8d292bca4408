namespace Hone.Cli.Tests;

/// <summary>Finds the real models and data beside the checkout, or skips the test.</summary>
internal static class Shared
{
    internal static string At(string name)
    {
        string? root = Environment.GetEnvironmentVariable("HONE_SHARED");
        for (string? folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared");
            root = Directory.Exists(Path.Combine(candidate, "models")) ? candidate : null;
        }

        string path = Path.Combine(root ?? "shared", name);
        Assert.SkipUnless(Path.Exists(path), $"no shared/{name} above {AppContext.BaseDirectory}; set HONE_SHARED to the shared folder");
        return path;
    }

    /// <summary>Skips a test of minutes unless it is asked for.</summary>
    internal static void OnlyWhenLong() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("HONE_LONG_TESTS") == "1", "takes minutes; set HONE_LONG_TESTS=1 to run it");
}
