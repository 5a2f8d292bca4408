using System.Buffers.Binary;
using System.IO.Compression;
using Hone.Records.Pickles;

namespace Hone.Records.Tests.Pickles;

/// <summary>Archives whose parts do not fit together.</summary>
public sealed class TorchArchiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    // Six floats 0..5.
    private static byte[] Six => [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_views_of_a_storage()
    {
        Assert.Equal("float32(2, 3)[0, 1, 2, 3, 4, 5]", Tensor(0, [2, 3], [3, 1]));
        Assert.Equal("float32(3, 2)[0, 3, 1, 4, 2, 5]", Tensor(0, [3, 2], [1, 3]));
        Assert.Equal("float32(2)[1, 5]", Tensor(1, [2], [4]));
        Assert.Equal("float32(2, 2)[5, 5, 5, 5]", Tensor(5, [2, 2], [0, 0]));
        Assert.Equal("float32(0, 4)[]", Tensor(0, [0, 4], [4, 1]));
        Assert.Equal("float32()[3]", Tensor(3, [], []));
    }

    [Theory]
    [InlineData(0, new long[] { 7 }, new long[] { 1 }, "reaches element 6 of a storage of 6")]
    [InlineData(6, new long[] { }, new long[] { }, "reaches element 6 of a storage of 6")]
    [InlineData(3, new long[] { 2, 2 }, new long[] { 2, 1 }, "reaches element 6")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "expected none of them negative")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "expected none of them negative")]
    [InlineData(0, new long[] { 2 }, new long[] { -1 }, "expected none of them negative")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 1 }, "2 dimensions with 1 strides")]
    [InlineData(0, new[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, "too many elements")]
    [InlineData(0, new[] { 1L << 40 }, new long[] { 0 }, "MB of memory")]
    [InlineData(0, new[] { 2L }, new[] { long.MaxValue }, "reaches element")]
    [InlineData(0, new[] { 3L }, new[] { long.MaxValue }, "too many elements")]
    public void Refuses_views_beyond_their_storage(long offset, long[] shape, long[] strides, string message) =>
        Bad.Input(() => Tensor(offset, shape, strides), message);

    [Fact]
    public void Refuses_more_dimensions_than_there_are()
    {
        long[] ones = [.. Enumerable.Repeat(1L, 65)];
        Bad.Input(() => Tensor(0, ones, ones), "65 dimensions");
    }

    [Theory]
    [InlineData(7, "expects 28 bytes in 'a/data/0', which has 24")]
    [InlineData(-1, "claims -1 elements")]
    [InlineData(long.MaxValue, "claims 9223372036854775807 elements")]
    public void Refuses_storages_shorter_than_claimed(long elements, string message) => Bad.Input(
        () => Read(PickleBytes.Zip(entries: [("a/data.pkl", Pickle(0, [1], [1], elements)), ("a/data/0", Six)])), message);

    [Fact]
    public void Refuses_a_tensor_whose_storage_is_missing()
    {
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", Pickle(0, [1], [1], 6))])),
            "has a tensor in 'a/data/0', an entry that the archive does not have");
        byte[] elsewhere = PickleBytes.Of(
            "(", PickleBytes.Text("storage"), "ctorch\nFloatStorage\n", PickleBytes.Text("../../etc/passwd"), PickleBytes.Text("cpu"),
            "K", 1, "tQ.");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", elsewhere)])), "'a/data/../../etc/passwd'");
    }

    [Fact]
    public void Refuses_a_storage_of_a_type_it_does_not_know()
    {
        byte[] pickle = [.. PickleBytes.Tensor(0, [1], [1], 1, "QInt8Storage"), (byte)'.'];
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", pickle), ("a/data/0", Six)])), "'torch.QInt8Storage'");
    }

    [Fact]
    public void Refuses_archives_that_torch_does_not_write()
    {
        byte[] none = PickleBytes.Of("N.");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("x.txt", none)])), "0 entries NAME/data.pkl, expected one");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/b/data.pkl", none)])), "0 entries");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", none), ("b/data.pkl", none)])), "2 entries");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", none), ("a/data.pkl", none)])), "two entries 'a/data.pkl'");
        Bad.Input(() => Read(PickleBytes.Zip(entries: [("a/data.pkl", none), ("a/byteorder", "big"u8.ToArray())])), "big-endian");
        Bad.Input(() => Read(PickleBytes.Zip(CompressionLevel.Optimal, ("a/data.pkl", new byte[1 << 20]))), "is compressed");
    }

    // The central directory's sizes are the two that a reader believes.
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(0x7ffffff0)]
    public void Refuses_entries_that_lie_about_their_size(int more)
    {
        byte[] zip = PickleBytes.Zip(entries: [("a/data.pkl", PickleBytes.Of("N."))]);
        int directory = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(directory + 20), 2 + more);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(directory + 24), 2 + more);

        // One byte more is another entry's or the directory's, and behind the pickle's end: nobody reads it.
        if (more == 1)
        {
            Assert.True(Read(zip).IsNone);
        }
        else
        {
            Bad.Input(() => Read(zip), "reaches beyond the file");
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_an_error()
    {
        byte[] whole = File.ReadAllBytes(Fixture.File("rollout_0.pt"));
        for (int length = 0; length < whole.Length; length += length < whole.Length - 100 ? 9 : 1)
        {
            byte[] cut = whole[..length];
            Bad.Input(() => Read(cut), "a.pt: ");
        }

        byte[] pickle = File.ReadAllBytes(Fixture.File("values_4.pkl"));
        for (int length = 0; length < pickle.Length; length += 7)
        {
            byte[] cut = pickle[..length];
            Bad.Input(() => Read(cut), "a.pt: the pickle ");
        }
    }

    private static byte[] Pickle(long offset, long[] shape, long[] strides, long elements) =>
        [.. PickleBytes.Tensor(offset, shape, strides, elements), (byte)'.'];

    private string Tensor(long offset, long[] shape, long[] strides) => Canonical.Of(
        Read(PickleBytes.Zip(entries: [("a/data.pkl", Pickle(offset, shape, strides, 6)), ("a/data/0", Six)])));

    private PickleValue Read(byte[] file) => TorchFile.Read(_folder.WriteBytes("a.pt", file));
}
