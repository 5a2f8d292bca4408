namespace Hone.Cli;

/// <summary>Refuses to write over what a command reads.</summary>
internal static class SameFile
{
    // As many as Linux follows before it gives up.
    private const int MostLinks = 40;

    private static readonly StringComparison Comparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Whether two paths lead to one file, which need not be there yet; links are followed.</summary>
    public static bool Is(string one, string other) => Resolved(one, MostLinks).Equals(Resolved(other, MostLinks), Comparison);

    /// <summary>Requires that an output is none of the inputs.</summary>
    /// <param name="option">The output's option.</param>
    /// <param name="path">Its file; null where it was not given.</param>
    /// <param name="inputs">Options and files that are read.</param>
    /// <exception cref="UsageException">It is one of them.</exception>
    public static void RequireOther(string option, string? path, params (string Option, string Path)[] inputs)
    {
        foreach ((string input, string read) in inputs)
        {
            if (path is not null && Is(path, read))
            {
                throw new UsageException($"{option} {path}: is {input} too, expected another file. Hint: choose a new name with {option}.");
            }
        }
    }

    private static string Resolved(string path, int links)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } folder || links == 0)
        {
            return full;
        }

        string here = Path.Combine(Resolved(folder, links), Path.GetFileName(full));
        return new FileInfo(here).LinkTarget is { } target ? Resolved(Path.Combine(Path.GetDirectoryName(here)!, target), links - 1) : here;
    }
}
