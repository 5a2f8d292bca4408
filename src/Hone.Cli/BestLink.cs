namespace Hone.Cli;

/// <summary>The link that `rank --link` leaves on the checkpoint that it picked.</summary>
internal sealed class BestLink
{
    private readonly string _path;

    private BestLink(string path) => _path = path;

    /// <summary>Where a link will be: a bare name stands beside the checkpoints, anything else is a path.</summary>
    /// <param name="name">What the user said.</param>
    /// <param name="folder">The folder of the checkpoints; empty where only their steps are known.</param>
    /// <exception cref="UsageException">There is nothing to link to.</exception>
    /// <exception cref="InvalidDataException">Something that is no link is there.</exception>
    public static BestLink At(string name, string folder)
    {
        if (folder.Length == 0)
        {
            throw new UsageException(
                $"--link {name}: the checkpoints are steps without folders, expected folders to link to. Hint: say --checkpoints DIR.");
        }

        string trimmed = Path.TrimEndingDirectorySeparator(name);
        if (trimmed.Length == 0 || trimmed is "." or "..")
        {
            throw new UsageException($"--link {name}: expected a name for the link. Hint: for example --link best.");
        }

        string path = Path.GetFileName(trimmed) == trimmed ? Path.Combine(folder, trimmed) : trimmed;
        return Path.Exists(path) && new FileInfo(path).LinkTarget is null
            ? throw new InvalidDataException(
                $"{path}: is no link, expected none or one to replace. Hint: choose another name with --link.")
            : new BestLink(path);
    }

    /// <summary>Makes the link, or lets the one that is there point to another folder; there is no moment without one.</summary>
    /// <param name="target">The folder; the link says it relative to its own.</param>
    /// <returns>The link's path.</returns>
    /// <exception cref="IOException">The file system has no links, or does not allow one here.</exception>
    public string Point(string target)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        string relative = Path.GetRelativePath(folder, Path.GetFullPath(target));

        // Made in a folder of its own and moved: a rename replaces the old link in one step. There the relative target leads
        // nowhere, which File.Move needs, for it takes no link that is a folder.
        string workshop = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(workshop);
            string made = Path.Combine(workshop, Path.GetFileName(_path));
            if (OperatingSystem.IsWindows())
            {
                // Windows replaces no link to a folder in one step.
                Directory.CreateSymbolicLink(made, relative);
                if (Directory.Exists(_path))
                {
                    Directory.Delete(_path);
                }

                Directory.Move(made, _path);
            }
            else
            {
                File.CreateSymbolicLink(made, relative);
                File.Move(made, _path, overwrite: true);
            }

            return _path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{_path}: the link cannot be made ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')}). "
                + $"Hint: the pick is {target}; link to it from a folder whose file system allows links, with --link PATH.", error);
        }
        finally
        {
            Clear(workshop);
        }
    }

    // An empty folder that stays is no reason to do without the link.
    private static void Clear(string workshop)
    {
        try
        {
            if (Directory.Exists(workshop))
            {
                Directory.Delete(workshop, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
