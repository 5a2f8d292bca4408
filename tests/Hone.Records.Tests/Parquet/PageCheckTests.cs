using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

/// <summary>Pages that DuckDB must not see, and odd ones that it may.</summary>
public sealed class PageCheckTests : IDisposable
{
    private static readonly string[] TwoRows = ["""{"t":"a"}""", """{"t":"bc"}"""];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Odd_but_sound_files_are_read()
    {
        // An index of dictionary: one byte of width, then a run of eight values of one bit.
        byte[] indexes = [1, 3, 0b10];
        byte[] dictionary = MadeParquet.Dictionary(2, "a", "bc");
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [MadeParquet.Plain("a", "bc")])));
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [MadeParquet.Plain("a"), MadeParquet.Plain("bc")])));
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [MadeParquet.Plain("a", "bc")], dictionaryAt: 0)));
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [dictionary, MadeParquet.Values(2, 8, indexes)], dictionaryAt: 4, dataAt: 4 + dictionary.Length)));
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [dictionary, MadeParquet.Values(2, 2, indexes)])));
        byte[] bytes = MadeParquet.PlainBytes("a", "bc");
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, bytes, bytes.Length)])));
        Assert.Equal(TwoRows, Rows(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, bytes, bytes.Length)], codec: 1)));
        Assert.Empty(Rows(MadeParquet.File(0, [], dataAt: 0)));
    }

    [Fact]
    public void Many_pages_and_long_heads_are_followed()
    {
        string text = new('x', 3000);
        byte[][] pages = [.. Enumerable.Range(0, 500).Select(i => MadeParquet.Plain(text[..(i * 6)]))];
        Assert.Equal(500, Rows(MadeParquet.File(500, pages)).Length);
    }

    [Theory]
    [InlineData(6, "DELTA_LENGTH_BYTE_ARRAY")]
    [InlineData(7, "DELTA_BYTE_ARRAY")]
    public void Encodings_whose_damage_ends_the_process_are_refused(int encoding, string name)
    {
        byte[] lengths = [0x80, 0x01, 0x04, 0x02, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x00];
        string[] error = [$"a: column 't' has pages of the encoding {name}, expected PLAIN or a dictionary", "to_parquet"];
        Refused(MadeParquet.File(2, [MadeParquet.Values(2, encoding, lengths)]), error);
        Refused(MadeParquet.File(2, [MadeParquet.Plain("a"), MadeParquet.Values(1, encoding, lengths)]), error);
        Refused(MadeParquet.File(2, [MadeParquet.ValuesV2(2, encoding, lengths, lengths.Length)]), error);
    }

    [Fact]
    public void Only_the_columns_that_are_read_are_looked_at()
    {
        string path = DuckDb.Copy(
            "SELECT i AS n, {'m': i, 'u': 'unique text ' || (i * 7919)} AS s FROM range(100) t(i)", _folder["a"], ", PARQUET_VERSION v2");
        using (ParquetReader numbers = ParquetReader.Open(path, ["n"]))
        {
            Assert.True(numbers.ReadChunk());
            Assert.Equal(99, numbers.Longs(0)[99]);
        }

        Bad.Input(() => ParquetReader.Open(path, ["s.u"]), "column 's' has pages of the encoding DELTA_LENGTH_BYTE_ARRAY");
        Bad.Input(() => DuckDb.Rows(path), "column 's' has pages of the encoding DELTA_LENGTH_BYTE_ARRAY");
        Assert.Equal(2, ParquetReader.Columns(path).Count);
    }

    [Fact]
    public void Sizes_that_cannot_be_are_refused()
    {
        // DuckDB 1.5 copies such a page into a buffer of the smaller size.
        Refused(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, new byte[1 << 20], 4)], codec: 1), "at byte 4: the sizes of a page contradict");
        Refused(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, new byte[20], 20, levels: -8)], codec: 1), "the sizes of a page contradict");
        Refused(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, new byte[20], 20, int.MaxValue, int.MaxValue)], codec: 1), "the sizes of a page contradict");
        Refused(MadeParquet.File(2, [MadeParquet.ValuesV2(2, 0, new byte[4], 20, 8, compressed: true)], codec: 1), "the sizes of a page contradict");
        Refused(MadeParquet.File(2, [MadeParquet.Values(-2, 0, new byte[20])]), "the sizes of a page contradict");
        Refused(MadeParquet.File(2, [MadeParquet.Dictionary(int.MaxValue, "a"), MadeParquet.Plain("a", "b")]), "the sizes of a page contradict");
    }

    [Fact]
    public void What_is_no_page_is_refused()
    {
        Refused(MadeParquet.File(2, [MadeParquet.Other(0, [1, 2, 3])]), "the head of a page lacks a number");
        Refused(MadeParquet.File(2, [MadeParquet.Other(1, [1, 2, 3])]), "a page of kind 1");
        Refused(MadeParquet.File(2, [MadeParquet.Other(99, [])]), "a page of kind 99");
        Refused(MadeParquet.File(2, [MadeParquet.Plain("a", "bc")], dataAt: long.MaxValue), "the file ends before it");
        Refused(MadeParquet.File(2, [MadeParquet.Plain("a", "bc")], dataAt: -5), "the file ends before it");
        byte[] dictionary = MadeParquet.Dictionary(1, "a");
        Refused(MadeParquet.File(2, [dictionary, dictionary, MadeParquet.Plain("a", "bc")]), "two dictionaries");
        Refused(MadeParquet.File(2, [[.. MadeParquet.Plain("a")[..^2], .. new byte[40]]]), "a: cannot be read as Parquet (column 't', at byte");
    }

    private string[] Rows(byte[] file)
    {
        DuckDb.Need();
        return DuckDb.Rows(_folder.WriteBytes("a", file));
    }

    private void Refused(byte[] file, params string[] parts)
    {
        DuckDb.Need();
        Bad.Input(() => DuckDb.Rows(_folder.WriteBytes("a", file)), parts);
    }
}
