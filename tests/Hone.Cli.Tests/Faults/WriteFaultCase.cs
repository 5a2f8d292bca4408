using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Faults;

/// <summary>A command that writes, the state of the folder that it begins with, and the one that it is to end with.</summary>
internal sealed class WriteFaultCase
{
    private readonly TempFolder _folder;
    private readonly Func<string[]?> _again;

    /// <param name="folder">Where it works: before/ holds the state it begins with.</param>
    /// <param name="arguments">The command line; what it writes is in work/.</param>
    /// <param name="again">The one that goes on after it failed, or null where nothing is left to do; itself null for the same
    /// one.</param>
    internal WriteFaultCase(TempFolder folder, string[] arguments, Func<string[]?>? again = null)
    {
        _folder = folder;
        Arguments = arguments;
        _again = again ?? (() => arguments);
    }

    /// <summary>The command line.</summary>
    internal string[] Arguments { get; }

    /// <summary>The one that goes on after it failed; null where nothing is left to do.</summary>
    internal string[]? Again => _again();

    /// <summary>The folder that the command writes to.</summary>
    internal string Work => _folder["work"];

    /// <summary>Puts the folder back as it is before the command.</summary>
    internal void Begin()
    {
        if (Directory.Exists(Work))
        {
            Directory.Delete(Work, recursive: true);
        }

        TempFolder.Copy(_folder["before"], Work);
    }

    /// <summary>Keeps the folder now as one with files that come and go on the way.</summary>
    internal void KeepAsPassing() => Directory.Move(Work, _folder["passing"]);

    /// <summary>The folder now is what it is to become.</summary>
    internal void KeepAsStraight() => Directory.Move(Work, _folder["straight"]);

    /// <summary>Asserts that it has become that.</summary>
    /// <param name="leftovers">Whether files that should have been removed may be there.</param>
    internal void AssertStraight(bool leftovers)
    {
        string[] expected = Files(_folder["straight"]), actual = Files(Work);
        Assert.Equal(expected, leftovers ? actual.Intersect(expected) : actual);
        Assert.All(expected, file => Assert.Equal(Content("straight", file), Content("work", file)));
    }

    /// <summary>Asserts that every file is one of the straight run, of before or on the way, or has whole lines of such a
    /// log.</summary>
    /// <param name="leftovers">Whether files that should have been removed may be there.</param>
    internal void AssertNothingHalfWritten(bool leftovers)
    {
        foreach (string file in Files(Work))
        {
            string[] states = ["straight", "before", "passing"];
            string[] known = [.. states.Where(folder => Path.Exists(_folder[$"{folder}/{file}"]))];
            if (known.Length == 0)
            {
                Assert.True(leftovers, $"{file} was left");
                continue;
            }

            string content = Content("work", file);
            bool whole = known.Any(folder => Content(folder, file) == content);
            bool part = file.EndsWith(".jsonl", StringComparison.Ordinal) && known.Any(folder => IsPartOf(content, Content(folder, file)));
            Assert.True(whole || part, $"{file} is neither old nor new");
        }
    }

    // Whole lines, each of which the other has.
    private static bool IsPartOf(string lines, string all) =>
        (lines.Length == 0 || lines.EndsWith('\n')) && !lines.Split('\n').Except(all.Split('\n')).Any();

    private static string[] Files(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path) + (Directory.Exists(path) ? "/" : ""))
            .Order(StringComparer.Ordinal),
    ];

    private string Content(string folder, string file)
    {
        string path = _folder[$"{folder}/{file}"];
        return new FileInfo(path.TrimEnd('/')).LinkTarget
            ?? (file.EndsWith('/') ? "" : WithoutTimes(file, Encoding.Latin1.GetString(File.ReadAllBytes(path))));
    }

    private static string WithoutTimes(string file, string text) =>
        Path.GetFileName(file) == "metrics.jsonl"
            ? Regex.Replace(text, "\"seconds[a-z_]*\":[0-9.E-]+,?", "") : text;
}
