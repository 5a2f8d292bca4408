using System.IO.Enumeration;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("hone-cli-").FullName;

    internal string this[string name] => Path.Combine(Root, name);

    /// <summary>
    /// Everything in it, with lengths, in a fixed order. Links are not followed: one to a folder above it would be, to the depth
    /// at which the system gives up, and that depth changes while a disk is mounted beside.
    /// </summary>
    internal string[] Content =>
    [
        .. new FileSystemEnumerable<string>(
            Root,
            (ref FileSystemEntry entry) => entry.ToFullPath() + (entry.IsDirectory ? "/" : $" {entry.Length}"),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        }.Order(StringComparer.Ordinal),
    ];

    internal string Write(string name, params string[] lines) => WriteText(name, string.Join('\n', lines) + '\n');

    internal string WriteText(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text, new UTF8Encoding(false));
        return this[name];
    }

    /// <summary>Arithmetic prompts from the command itself.</summary>
    internal string Arithmetic(string name, int count, int level = 2, int seed = 3)
    {
        HoneProcess.Run("data", "arithmetic", "--count", $"{count}", "--level", $"{level}", "--seed", $"{seed}", "--out", this[name]).Done();
        return this[name];
    }

    /// <summary>A copy of the embedded model, to be damaged.</summary>
    internal string Model(string name)
    {
        Copy(Path.Combine(AppContext.BaseDirectory, "models", "arith-base"), this[name]);
        return this[name];
    }

    /// <summary>
    /// Asserts that a command line is refused with this exit code and exactly this many one-line errors, each with a hint,
    /// that they hold the given parts, and that nothing was printed or written. Before them may stand what a log says against itself.
    /// </summary>
    internal Ran Refuses(int code, string[] parts, string[] arguments, int problems = 1)
    {
        string[] before = Content;
        Ran ran = HoneProcess.Run(arguments);
        Assert.True(code == ran.Code, $"exit code {ran.Code}, expected {code}\n{ran.Output}\n{ran.Error}");
        Assert.Equal("", ran.Output);
        string[] errors = [.. ran.ErrorLines.SkipWhile(line => Regex.IsMatch(line, "^(log|warning): "))];
        Assert.Equal(problems, errors.Length);
        Assert.All(errors, line => Assert.Matches(@"^error: .+[.)?] Hint: \S.+$", line));
        Assert.All(parts, part => Assert.Contains(part, ran.Error, StringComparison.Ordinal));
        Assert.Equal(before, Content);
        return ran;
    }

    internal static JsonObject[] Lines(string path) => [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!.AsObject())];

    internal static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
