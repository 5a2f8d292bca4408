namespace Hone.Records.Parquet;

/// <summary>What stands before the bytes of a page.</summary>
/// <param name="Kind">What the page holds.</param>
/// <param name="Encoding">Parquet's number of how its values are written, of a page with values.</param>
/// <param name="Values">How many values it has.</param>
/// <param name="Bytes">Its length in the file.</param>
internal readonly record struct PageHeader(PageKind Kind, int Encoding, int Values, int Bytes)
{
    /// <summary>Reads a header, and refuses one whose numbers cannot be: DuckDB takes them as they are.</summary>
    /// <param name="bytes">The file from the header on.</param>
    /// <param name="length">The header's own length.</param>
    /// <exception cref="FormatException">There is no header here, or it contradicts itself.</exception>
    /// <exception cref="EndOfStreamException">It goes on after the last of these bytes.</exception>
    internal static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var thrift = new ThriftReader(bytes);
        int field = 0;
        ulong seen = 0;
        int? kind = null, inFile = null, whole = null;
        Content values = default, dictionary = default, valuesV2 = default;
        while (thrift.NextField(ref field, ref seen) is var type && type != ThriftKind.Stop)
        {
            switch ((field, type))
            {
                case (1, ThriftKind.Int32):
                    kind = thrift.Number32();
                    break;
                case (2, ThriftKind.Int32):
                    whole = thrift.Number32();
                    break;
                case (3, ThriftKind.Int32):
                    inFile = thrift.Number32();
                    break;
                case (5, ThriftKind.Struct):
                    values = ReadContent(ref thrift, encodingField: 2, hasLevels: false);
                    break;
                case (7, ThriftKind.Struct):
                    dictionary = ReadContent(ref thrift, encodingField: 2, hasLevels: false);
                    break;
                case (8, ThriftKind.Struct):
                    valuesV2 = ReadContent(ref thrift, encodingField: 4, hasLevels: true);
                    break;
                default:
                    thrift.Skip(type, 0);
                    break;
            }
        }

        length = thrift.At;
        Content content = (PageKind?)kind switch
        {
            PageKind.Values => values,
            PageKind.Dictionary => dictionary,
            PageKind.ValuesV2 => valuesV2,
            _ => throw new FormatException(kind is null ? "a page of no kind" : $"a page of kind {kind}"),
        };
        if (inFile is not int size || whole is not int unpacked || content.Values is not int count
            || content.Encoding is not int encoding)
        {
            throw new FormatException("the head of a page lacks a number");
        }

        // Each value of a dictionary takes a byte at least.
        bool fits = size >= 0 && unpacked >= 0 && count >= 0 && content.Levels >= 0 && content.Levels <= Math.Min(size, unpacked)
            && (!content.IsPlain || size == unpacked) && (kind != (int)PageKind.Dictionary || count <= unpacked);
        return fits
            ? new PageHeader((PageKind)kind, encoding, count, size)
            : throw new FormatException("the sizes of a page contradict each other");
    }

    private static Content ReadContent(ref ThriftReader thrift, int encodingField, bool hasLevels)
    {
        int field = 0;
        ulong seen = 0;
        var content = new Content();
        while (thrift.NextField(ref field, ref seen) is var type && type != ThriftKind.Stop)
        {
            if (type == ThriftKind.Int32 && field == 1)
            {
                content.Values = thrift.Number32();
            }
            else if (type == ThriftKind.Int32 && field == encodingField)
            {
                content.Encoding = thrift.Number32();
            }
            else if (type == ThriftKind.Int32 && hasLevels && field is 5 or 6)
            {
                int levels = thrift.Number32();
                content.Levels = levels < 0 || content.Levels < 0 ? -1 : content.Levels + levels;
            }
            else
            {
                content.IsPlain |= hasLevels && field == 7 && type == ThriftKind.False;
                thrift.Skip(type, 1);
            }
        }

        return content;
    }

    private struct Content
    {
        internal int? Values;
        internal int? Encoding;

        /// <summary>The bytes of levels, which are not compressed, in pages of the second kind; negative where one is.</summary>
        internal long Levels;

        /// <summary>Whether a page of the second kind says that it is not compressed.</summary>
        internal bool IsPlain;
    }
}
