using Hone.Records.RunFolders;

namespace Hone.Cli;

/// <summary>The folder of a new run, which is taken away again when the run fails before it has begun.</summary>
internal static class NewRun
{
    /// <summary>Makes the folder and does the work; a run has begun once its run.json is there.</summary>
    /// <exception cref="InvalidDataException">There is something in the folder already.</exception>
    public static void In(string path, Action<RunFolder> work)
    {
        List<string> made = Missing(path);
        RunFolder run = RunFolder.Create(path);

        // Outside of what is taken away again: where another process holds the lock, the folder is that one's.
        using RunLock writer = RunLock.Take(run);
        try
        {
            work(run);
        }
        catch when (!File.Exists(run.RunFile))
        {
            Clear(run.Path);
            foreach (string folder in made.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                Directory.Delete(folder);
            }

            throw;
        }
    }

    // The folder and those above it that are not there yet, innermost first.
    private static List<string> Missing(string path)
    {
        List<string> missing = [];
        for (string? folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder);
            folder = Path.GetDirectoryName(folder))
        {
            missing.Add(folder);
        }

        return missing;
    }

    private static void Clear(string folder)
    {
        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(inner, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(folder))
        {
            File.Delete(file);
        }
    }
}
