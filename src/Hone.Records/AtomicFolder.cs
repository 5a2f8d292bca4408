namespace Hone.Records;

/// <summary>Writes folders that appear whole or not at all, with a <see cref="FileManifest"/>.</summary>
public static class AtomicFolder
{
    /// <summary>The ending of a folder that is not whole yet, or no longer; it is taken for no checkpoint.</summary>
    internal const string Unfinished = ".tmp";

    /// <summary>
    /// Fills a folder under a temporary name beside it, adds the manifest, puts all on the disk and renames it. When anything fails
    /// the temporary folder is deleted; one that a killed program left is replaced.
    /// </summary>
    /// <param name="folder">The folder to make; it must not exist.</param>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    public static void Write(string folder, Action<string> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), temporary = whole + Unfinished;
        Delete(temporary);
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            FileManifest.Write(temporary);
            Flush(temporary);
            Directory.Move(temporary, whole);
            DiskSync.Folder(Path.GetDirectoryName(whole)!);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    private static void Flush(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
            DiskSync.File(stream, file);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            Flush(inner);
        }

        DiskSync.Folder(folder);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
