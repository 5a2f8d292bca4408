namespace Hone.Records.Tests;

public sealed class FreeSpaceTests
{
    [Fact]
    public void The_disk_of_a_folder_has_some_room_and_a_folder_that_is_not_there_none_to_say()
    {
        using var folder = new TempFolder();
        Assert.True(FreeSpace.Of(folder.Root) > 0);
        Assert.Null(FreeSpace.Of(folder["none"]));
    }

    [Fact]
    public void A_full_disk_is_told_from_other_errors_also_where_it_is_the_cause()
    {
        IOException full = FreeSpace.Lacking("no room");
        Assert.True(FreeSpace.RanOut(full));
        Assert.True(FreeSpace.RanOut(RecordError.NotWritable("file", full)));
        Assert.False(FreeSpace.RanOut(new IOException("another")));
        Assert.False(FreeSpace.RanOut(new ArgumentOutOfRangeException("value")));
        Assert.False(FreeSpace.RanOut(null));
    }

    // What the system says itself, on the one device that is always full.
    [Fact]
    public void What_a_full_device_says_is_recognised()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        Exception? error = Record.Exception(() =>
        {
            using FileStream stream = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
            stream.WriteByte(1);
        });
        Assert.True(FreeSpace.RanOut(error), error?.ToString());
    }
}
