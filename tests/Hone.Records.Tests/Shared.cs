namespace Hone.Records.Tests;

/// <summary>Finds the folder of real data beside the checkout, or skips the test.</summary>
internal static class Shared
{
    internal static string File(string name)
    {
        string? root = Environment.GetEnvironmentVariable("HONE_SHARED");
        for (string? folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared");
            root = Directory.Exists(Path.Combine(candidate, "data")) ? candidate : null;
        }

        string? file = root is null ? null : Path.Combine(root, "data", name);
        if (file is null || !System.IO.File.Exists(file))
        {
            Assert.Skip($"no shared/data/{name} above {AppContext.BaseDirectory}; set HONE_SHARED to the shared folder");
        }

        return file;
    }
}
