using System.Text.RegularExpressions;

namespace Hone.Repo.Tests;

/// <summary>Documents name what is there.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_test_class_that_a_document_names_exists()
    {
        HashSet<string> classes =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => DeclaredClass().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value),
        ];
        string[] missing =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
                .SelectMany(file => NamedTests().Matches(File.ReadAllText(file))
                    .Select(match => match.Groups[1].Value).Where(name => !classes.Contains(name))
                    .Select(name => $"{Path.GetFileName(file)}: {name}")),
        ];
        Assert.NotEmpty(classes);
        Assert.Empty(missing);
    }

    [GeneratedRegex("`([A-Za-z0-9]+Tests)`")]
    private static partial Regex NamedTests();

    [GeneratedRegex(@"\bclass ([A-Za-z0-9]+Tests)\b")]
    private static partial Regex DeclaredClass();
}
