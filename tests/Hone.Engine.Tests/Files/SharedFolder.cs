namespace Hone.Engine.Tests.Files;

/// <summary>The folder of real models and data beside the repository; tests that need it skip where it is absent.</summary>
internal static class SharedFolder
{
    /// <summary>Path below the folder, after skipping the test when it is not there.</summary>
    internal static string Require(params string[] parts)
    {
        string? root = Environment.GetEnvironmentVariable("HONE_SHARED") ?? FindBeside(AppContext.BaseDirectory);
        Assert.SkipWhen(root is null, "no folder 'shared' beside the repository, and HONE_SHARED is not set");
        string path = Path.Combine([root!, .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"{path} is not there");
        return path;
    }

    private static string? FindBeside(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            // Any other folder of that name has no models.
            string candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "models")))
            {
                return candidate;
            }
        }
        return null;
    }
}
