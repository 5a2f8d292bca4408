using System.Diagnostics;
using System.Text;
using Hone.Records.Lines;

namespace Hone.Records.Tests.Lines;

public sealed class LineTailTests : IDisposable
{
    private const int Longest = 1 << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("hone-tail-").FullName;
    private readonly List<string> _lines = [];
    private int _restarts;

    private string File1 => Path.Combine(_folder, "lines.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_beyond_the_longest_is_skipped_and_counted_once()
    {
        string longer = new('x', Longest + 1), longest = new('y', Longest);
        File.WriteAllText(File1, $"before\n{longer}\n{longest}\nafter\n");
        var tail = new LineTail(File1, Longest);
        Look(tail);
        Assert.Equal(["before", longest, "after"], _lines);
        Assert.Equal(1, tail.BadLines);
        Assert.Equal(new FileInfo(File1).Length, tail.End);
    }

    [Fact]
    public void What_a_line_goes_on_with_at_the_next_look_is_no_line_of_its_own()
    {
        var tail = new LineTail(File1, Longest);
        File.WriteAllText(File1, "before\n" + new string('x', 5 * Longest));
        Look(tail);
        File.AppendAllText(File1, "{\"step\":1}");
        Look(tail);
        File.AppendAllText(File1, "more\nafter\n");
        Look(tail);
        Assert.Equal((1, 0), (tail.BadLines, _restarts));
        Assert.Equal(["before", "after"], _lines);
    }

    // 400 MB without a line's end, against a limit of 1 MB: what is held stays far below the line.
    [Fact]
    public void Memory_does_not_grow_with_a_line()
    {
        using (var file = new FileStream(File1, FileMode.Create))
        {
            file.SetLength(400L << 20);
        }

        var tail = new LineTail(File1, Longest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Look(tail);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.Equal((1, 0), (tail.BadLines, _lines.Count));
    }

    [Fact]
    public void A_file_that_is_emptied_begins_anew()
    {
        var tail = new LineTail(File1);
        File.WriteAllText(File1, "a\nb\n");
        Look(tail);
        File.WriteAllText(File1, "");
        Look(tail);
        File.WriteAllText(File1, "c\n");
        Look(tail);
        Assert.Equal(["a", "b", "c"], _lines);
        Assert.True(_restarts > 0);
    }

    [Fact]
    public async Task A_pipe_is_not_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes in a folder are told apart on Linux.");
        using (Process make = Process.Start("mkfifo", File1))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(File1));
        Assert.False(RegularFile.Is(File1));
        var tail = new LineTail(File1);
        await Task.Run(() => Look(tail), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Empty(_lines);
        Assert.Throws<FileNotFoundException>(() => LineTail.ReadAt(File1, [(0, 1)], (_, _) => { }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Only_files_are_regular_also_through_links()
    {
        File.WriteAllText(File1, "");
        File.CreateSymbolicLink(File1 + "-link", File1);
        File.CreateSymbolicLink(File1 + "-away", File1 + "-nowhere");
        Assert.True(RegularFile.Is(File1));
        Assert.True(RegularFile.Is(File1 + "-link"));
        Assert.False(RegularFile.Is(File1 + "-away"));
        Assert.False(RegularFile.Is(_folder));
    }

    private void Look(LineTail tail) => tail.Look(() => _restarts++, (line, _, ended) =>
    {
        if (ended)
        {
            _lines.Add(Encoding.UTF8.GetString(line));
        }

        return ended;
    });
}
