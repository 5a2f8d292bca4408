namespace Hone.Records.Tests.Parquet;

/// <summary>A file with one column of texts, "t", of which every number can be chosen, as no program would write it.</summary>
internal static class MadeParquet
{
    /// <summary>A file of one row group that holds the pages.</summary>
    /// <param name="rows">Rows, and values of the column.</param>
    /// <param name="pages">Heads with what follows them.</param>
    /// <param name="codec">0 for none, 1 for snappy.</param>
    /// <param name="dictionaryAt">The dictionary's place; none where null.</param>
    /// <param name="dataAt">The first page's place.</param>
    internal static byte[] File(int rows, byte[][] pages, int codec = 0, long? dictionaryAt = null, long dataAt = 4)
    {
        byte[] body = [.. pages.SelectMany(page => page)];
        byte[] column =
        [
            .. Int(1, 6), .. List(2, 5, [.. Zigzag(0)]), .. List(3, 8, [1, (byte)'t']), .. Int(4, codec), .. Long(5, rows),
            .. Long(6, body.Length), .. Long(7, body.Length), .. Long(9, dataAt, before: 7), .. dictionaryAt is long at ? Long(11, at, before: 9) : [], 0,
        ];
        byte[] group = [.. List(1, 12, [.. Long(2, 4, before: 0), .. Struct(3, column), 0]), .. Long(2, body.Length), .. Long(3, rows), 0];
        byte[] root = [.. Text(4, "r"), .. Int(5, 1), 0];
        byte[] leaf = [.. Int(1, 6), .. Int(3, 0, before: 1), .. Text(4, "t", before: 3), .. Int(6, 0, before: 4), 0];
        byte[] footer = [.. Int(1, 1), 0x19, 0x2c, .. root, .. leaf, .. Long(3, rows), .. List(4, 12, group), 0];
        return [.. "PAR1"u8, .. body, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
    }

    /// <summary>A page of texts as PLAIN writes them, or of a dictionary of them.</summary>
    internal static byte[] Plain(params string[] texts) => Values(texts.Length, 0, PlainBytes(texts));

    /// <summary>A page with values.</summary>
    internal static byte[] Values(int count, int encoding, byte[] bytes) =>
    [
        .. Int(1, 0), .. Int(2, bytes.Length), .. Int(3, bytes.Length),
        .. Struct(5, [.. Int(1, count), .. Int(2, encoding), .. Int(3, 3), .. Int(4, 3), 0], before: 3), 0, .. bytes,
    ];

    /// <summary>A page with a dictionary.</summary>
    internal static byte[] Dictionary(int count, params string[] texts) =>
    [
        .. Int(1, 2), .. Int(2, PlainBytes(texts).Length), .. Int(3, PlainBytes(texts).Length),
        .. Struct(7, [.. Int(1, count), .. Int(2, 0), 0], before: 3), 0, .. PlainBytes(texts),
    ];

    /// <summary>A page with values of the second kind; its sizes and levels are what is told, whatever follows.</summary>
    internal static byte[] ValuesV2(int count, int encoding, byte[] bytes, int whole, int levels = 0, int repeats = 0, bool compressed = false) =>
    [
        .. Int(1, 3), .. Int(2, whole), .. Int(3, bytes.Length),
        .. Struct(8,
            [.. Int(1, count), .. Int(2, 0), .. Int(3, count), .. Int(4, encoding), .. Int(5, levels), .. Int(6, repeats), (byte)(compressed ? 0x11 : 0x12), 0],
            before: 3),
        0, .. bytes,
    ];

    /// <summary>A page of any kind without what such a page has.</summary>
    internal static byte[] Other(int kind, byte[] bytes) => [.. Int(1, kind), .. Int(2, bytes.Length), .. Int(3, bytes.Length), 0, .. bytes];

    internal static byte[] PlainBytes(params string[] texts) =>
        [.. texts.SelectMany(text => (byte[])[.. BitConverter.GetBytes(text.Length), .. System.Text.Encoding.UTF8.GetBytes(text)])];

    // Thrift's compact protocol: a field's head is how far its number is from the one before, and its kind.
    private static byte[] Int(int field, int value, int? before = null) => [Head(field, 5, before), .. Zigzag(value)];

    private static byte[] Long(int field, long value, int? before = null) => [Head(field, 6, before), .. Zigzag(value)];

    private static byte[] Text(int field, string text, int? before = null) =>
        [Head(field, 8, before ?? 0), .. Varint((ulong)text.Length), .. System.Text.Encoding.UTF8.GetBytes(text)];

    private static byte[] Struct(int field, byte[] inside, int? before = null) => [Head(field, 12, before), .. inside];

    private static byte[] List(int field, int kind, byte[] element) => [Head(field, 9, null), (byte)(0x10 | kind), .. element];

    private static byte Head(int field, int kind, int? before) => (byte)(((field - (before ?? field - 1)) << 4) | kind);

    private static byte[] Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }
}
