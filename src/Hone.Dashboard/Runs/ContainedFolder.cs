namespace Hone.Dashboard.Runs;

/// <summary>A folder that reading must not leave, whatever links lie in it.</summary>
internal sealed class ContainedFolder
{
    private const int MostLinks = 32;
    private readonly string _real;

    public ContainedFolder(string path)
    {
        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        _real = Real(Path, MostLinks) ?? Path;
    }

    /// <summary>The folder's full path, as it was named.</summary>
    public string Path { get; }

    /// <summary>Whether a file or folder is in this one once all links are followed. One that is not there counts by its name.</summary>
    /// <param name="path">A path that was made by listing this folder, not one from a request.</param>
    public bool Holds(string path)
    {
        try
        {
            return Real(path, MostLinks) is { } real
                && (real == _real || real.StartsWith(_real + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Real(string path, int linksLeft)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is not { } above)
        {
            return full;
        }

        if (linksLeft == 0 || Real(above, linksLeft) is not { } realAbove)
        {
            return null;
        }

        string here = System.IO.Path.Combine(realAbove, System.IO.Path.GetFileName(full));
        string? target = new FileInfo(here).LinkTarget;
        return target is null ? here : Real(System.IO.Path.Combine(realAbove, target), linksLeft - 1);
    }
}
