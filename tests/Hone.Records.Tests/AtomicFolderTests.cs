using System.Text.Json.Nodes;

namespace Hone.Records.Tests;

/// <summary>Folders that appear whole or not at all, and what their manifest finds.</summary>
public sealed class AtomicFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Whole => _folder["a/step-000001"];

    [Fact]
    public void A_folder_appears_with_its_manifest()
    {
        Write();
        Assert.Equal(["inner/b", "manifest.json", "weights"], Names());
        Assert.Null(FileManifest.Problem(Whole));
        JsonNode files = JsonFile.Read(Path.Combine(Whole, FileManifest.FileName))["files"]!;
        Assert.Equal(5, files["weights"]!["bytes"]!.GetValue<int>());

        // The sum of "12345", from another program.
        Assert.Equal("5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5", files["weights"]!["sha256"]!.GetValue<string>());
        Assert.Equal([Whole], Directory.GetDirectories(_folder["a"]));
    }

    [Fact]
    public void A_failure_leaves_nothing_and_what_a_killed_program_left_is_replaced()
    {
        Directory.CreateDirectory(Whole + ".tmp/old");
        Assert.Throws<IOException>(() => AtomicFolder.Write(Whole, inside =>
        {
            Assert.False(Directory.Exists(Path.Combine(inside, "old")));
            File.WriteAllText(Path.Combine(inside, "weights"), "12");
            throw new IOException("disk full");
        }));
        Assert.Empty(Directory.GetDirectories(_folder["a"]));
    }

    [Fact]
    public void A_folder_that_is_there_is_not_replaced()
    {
        Write();
        Assert.Throws<IOException>(() => AtomicFolder.Write(Whole, inside => File.WriteAllText(Path.Combine(inside, "other"), "1")));
        Assert.Equal(["inner/b", "manifest.json", "weights"], Names());
        Assert.Equal([Whole], Directory.GetDirectories(_folder["a"]));
    }

    [Theory]
    [InlineData("weights", "12346", "weights is damaged")]
    [InlineData("weights", "1234", "weights has 4 bytes, written were 5")]
    [InlineData("weights", null, "weights is missing")]
    [InlineData("inner/b", "", "inner/b has 0 bytes")]
    [InlineData("manifest.json", "{", "manifest.json is damaged")]
    [InlineData("manifest.json", "{}", "manifest.json lists no files")]
    [InlineData("manifest.json", """{"files":{"weights":{},"weights":{}}}""", "manifest.json is damaged")]
    [InlineData("manifest.json", """{"files":{"weights":{"bytes":"5"}}}""", "none of ours, 'weights'")]
    [InlineData("manifest.json", """{"files":{"../step-000001-b/weights":{"bytes":5,"sha256":""}}}""", "none of ours")]
    public void Damage_is_found(string file, string? content, string expected)
    {
        Write();
        File.Delete(Path.Combine(Whole, file));
        if (content is not null)
        {
            File.WriteAllText(Path.Combine(Whole, file), content);
        }

        Assert.Contains(expected, FileManifest.Problem(Whole), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_and_a_folder_without_manifest_are_no_problem()
    {
        Write();
        File.WriteAllText(Path.Combine(Whole, "notes.txt"), "mine");
        Assert.Null(FileManifest.Problem(Whole));
        File.Delete(Path.Combine(Whole, FileManifest.FileName));
        Assert.Null(FileManifest.Problem(Whole));
    }

    public void Dispose() => _folder.Dispose();

    private void Write() => AtomicFolder.Write(Whole, inside =>
    {
        File.WriteAllText(Path.Combine(inside, "weights"), "12345");
        Directory.CreateDirectory(Path.Combine(inside, "inner"));
        File.WriteAllText(Path.Combine(inside, "inner", "b"), "b");
    });

    private string[] Names() =>
        [.. Directory.GetFiles(Whole, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Whole, file)).Order(StringComparer.Ordinal)];
}
