namespace Hone.Records.Parquet;

/// <summary>Of Thrift's compact protocol; a list's element of kind True or False is one byte, a field's has none.</summary>
internal enum ThriftKind
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet's footer and the headers of its pages are written. What cannot be is a
/// <see cref="FormatException"/>, bytes that end too early an <see cref="EndOfStreamException"/>.
/// </summary>
internal ref struct ThriftReader
{
    private const int DeepestStruct = 64;
    private readonly ReadOnlySpan<byte> _bytes;

    internal ThriftReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    internal int At { get; private set; }

    /// <summary>The next field of a struct, or Stop at its end.</summary>
    /// <param name="field">The number of the field before, 0 at first; becomes that of the next one.</param>
    internal ThriftKind NextField(ref int field)
    {
        byte head = NextByte();
        if (head == 0)
        {
            return ThriftKind.Stop;
        }

        field = head >> 4 == 0 ? (short)Number() : (short)(field + (head >> 4));
        return (ThriftKind)(head & 15);
    }

    /// <summary>The next field of a struct that may have none of them twice.</summary>
    /// <param name="field">The number of the field before, 0 at first; becomes that of the next one.</param>
    /// <param name="seen">The fields so far, a bit each; 0 at first.</param>
    internal ThriftKind NextField(ref int field, ref ulong seen)
    {
        ThriftKind kind = NextField(ref field);
        ulong bit = kind != ThriftKind.Stop && field is >= 0 and < 64 ? 1UL << field : 0;
        if ((seen & bit) != 0)
        {
            throw new FormatException("a part is there twice");
        }

        seen |= bit;
        return kind;
    }

    /// <summary>The kind and number of a list's elements.</summary>
    internal (ThriftKind Kind, long Count) ListHead()
    {
        byte head = NextByte();
        long count = head >> 4 == 15 ? (long)Math.Min(Varint(), long.MaxValue) : head >> 4;
        return ((ThriftKind)(head & 15), count);
    }

    internal long Number()
    {
        ulong zigzag = Varint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    /// <summary>A number of 32 bits; of one that has more, those that DuckDB takes.</summary>
    internal int Number32()
    {
        uint zigzag = (uint)Varint();
        return (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
    }

    /// <summary>The bytes of a text.</summary>
    internal ReadOnlySpan<byte> Text()
    {
        int length = Advance(Varint());
        return _bytes[(At - length)..At];
    }

    /// <summary>Passes over a value.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="depth">How deep it lies.</param>
    internal void Skip(ThriftKind kind, int depth)
    {
        if (depth > DeepestStruct)
        {
            throw new FormatException($"its parts lie more than {DeepestStruct} deep");
        }

        switch (kind)
        {
            case ThriftKind.True or ThriftKind.False:
                return;
            case ThriftKind.Byte:
                Advance(1);
                return;
            case ThriftKind.Int16 or ThriftKind.Int32 or ThriftKind.Int64:
                _ = Varint();
                return;
            case ThriftKind.Double:
                Advance(8);
                return;
            case ThriftKind.Binary:
                Advance(Varint());
                return;
            case ThriftKind.List or ThriftKind.Set:
                (ThriftKind element, long count) = ListHead();
                for (long i = 0; i < count; i++)
                {
                    SkipElement(element, depth + 1);
                }

                return;
            case ThriftKind.Map:
                SkipMap(depth);
                return;
            case ThriftKind.Struct:
                int field = 0;
                while (NextField(ref field) is var inner && inner != ThriftKind.Stop)
                {
                    Skip(inner, depth + 1);
                }

                return;
            default:
                throw new FormatException($"a part is of the unknown kind {(int)kind}");
        }
    }

    private void SkipElement(ThriftKind kind, int depth) =>
        Skip(kind is ThriftKind.True or ThriftKind.False ? ThriftKind.Byte : kind, depth);

    private void SkipMap(int depth)
    {
        ulong count = Varint();
        byte kinds = count == 0 ? (byte)0 : NextByte();
        for (ulong i = 0; i < count; i++)
        {
            SkipElement((ThriftKind)(kinds >> 4), depth + 1);
            SkipElement((ThriftKind)(kinds & 15), depth + 1);
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = NextByte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw new FormatException("a number has no end");
    }

    private byte NextByte() => At < _bytes.Length ? _bytes[At++] : throw new EndOfStreamException();

    private int Advance(ulong count)
    {
        if (count > (ulong)(_bytes.Length - At))
        {
            throw new EndOfStreamException();
        }

        At += (int)count;
        return (int)count;
    }
}
