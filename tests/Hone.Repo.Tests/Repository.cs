namespace Hone.Repo.Tests;

/// <summary>Where the checkout is.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "hone.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("hone.slnx is in no folder above the tests.");
    }
}
