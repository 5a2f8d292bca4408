using System.Xml.Linq;

namespace Hone.Repo.Tests;

/// <summary>Which project may use which, as docs/architecture.md draws it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Hone.Selection"] = [],
        ["Hone.Engine"] = [],
        ["Hone.Records"] = [],
        ["Hone.Inference"] = ["Hone.Engine", "Hone.Records"],
        ["Hone.Training"] = ["Hone.Selection", "Hone.Engine", "Hone.Records", "Hone.Inference"],
        ["Hone.Hosting"] = [],
        ["Hone.Serving"] = ["Hone.Hosting", "Hone.Engine", "Hone.Records", "Hone.Inference", "Hone.Training"],
        ["Hone.Report"] = ["Hone.Selection", "Hone.Records"],
        ["Hone.Dashboard"] = ["Hone.Selection", "Hone.Records", "Hone.Report", "Hone.Hosting"],
        ["Hone.Cli"] =
        [
            "Hone.Selection", "Hone.Engine", "Hone.Records", "Hone.Inference", "Hone.Training", "Hone.Hosting", "Hone.Serving",
            "Hone.Report", "Hone.Dashboard",
        ],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Hone.Selection"] = [],
        ["Hone.Engine"] = ["System.Numerics.Tensors"],
        ["Hone.Records"] = [],
        ["Hone.Inference"] = ["Polly.Core"],
        ["Hone.Training"] = [],
        ["Hone.Hosting"] = [],
        ["Hone.Serving"] = [],
        ["Hone.Report"] = [],
        ["Hone.Dashboard"] = [],
        ["Hone.Cli"] = ["System.CommandLine", "Spectre.Console", "YamlDotNet"],
    };

    public static TheoryData<string> Projects => [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
        .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_those_below_it(string project) =>
        Assert.Subset(
            new HashSet<string?>(AllowedProjects[project]),
            new HashSet<string?>(References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_its_packages(string project) =>
        Assert.Subset(
            new HashSet<string>(AllowedPackages[project]), new HashSet<string>(References(project, "PackageReference")));

    [Fact]
    public void Every_allowed_project_exists() =>
        Assert.All(AllowedProjects.Keys, project => Assert.True(File.Exists(FileOf(project)), project));

    [Fact]
    public void Test_folders_mirror_source_folders()
    {
        string[] tests = [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests"))
            .Select(folder => Path.GetFileName(folder)!).Where(name => name.EndsWith(".Tests", StringComparison.Ordinal))];
        Assert.All(AllowedProjects.Keys, project => Assert.Contains(project + ".Tests", tests));
    }

    private static string FileOf(string project) => Path.Combine(Repository.Root, "src", project, project + ".csproj");

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(FileOf(project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'));
}
