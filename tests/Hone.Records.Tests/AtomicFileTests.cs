namespace Hone.Records.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Makes_folders_and_replaces_what_was_there()
    {
        AtomicFile.WriteText(_folder["a/b/c.txt"], "one, and more");
        AtomicFile.WriteText(_folder["a/b/c.txt"], "two");
        Assert.Equal("two", File.ReadAllText(_folder["a/b/c.txt"]));
        Assert.Single(Directory.GetFiles(_folder["a/b"]));
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.Write("a.txt", "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void The_name_appears_only_after_the_last_byte()
    {
        string path = _folder["a.jsonl"];
        AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            Assert.False(File.Exists(path));
            Assert.Empty(Directory.GetFiles(_folder.Root, "*.jsonl"));
        });
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Refuses_a_folder() => Bad.Input(() => AtomicFile.WriteText(_folder.Root, ""), "is a folder");
}
