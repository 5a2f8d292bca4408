using System.Buffers.Binary;

namespace Hone.Records.Parquet;

/// <summary>
/// Walks through the footer of a Parquet file, in Thrift's compact protocol, to see how deep its types lie within each
/// other: DuckDB follows them by recursion, and some ten thousand would end the process.
/// </summary>
internal ref struct FooterReader
{
    // Lists and maps take two or three levels each; trainers' files have four.
    private const int DeepestSchema = 200;
    private const int DeepestStruct = 64;
    private const int SchemaField = 2;
    private const int ChildCountField = 5;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    private FooterReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    // Of Thrift's compact protocol; a list's element of kind True or False is one byte, a field's has none.
    private enum Kind
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

    /// <summary>Checks the footer of a file that is known to end as a Parquet file does.</summary>
    /// <exception cref="InvalidDataException">The footer is damaged, or its types lie too deep.</exception>
    internal static void Check(string path)
    {
        byte[] footer = Footer(path);
        try
        {
            new FooterReader(footer).Walk();
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            string problem = error is FormatException ? error.Message : "it ends too early";
            throw RecordError.In(
                path, $"cannot be read as Parquet (the footer is damaged: {problem}), expected a whole and sound file",
                "copy or write the file again");
        }
    }

    private static byte[] Footer(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            Span<byte> end = stackalloc byte[8];
            file.Seek(-8, SeekOrigin.End);
            file.ReadExactly(end);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(end);
            if (length > Math.Min(file.Length - 12, Array.MaxLength))
            {
                throw RecordError.In(path, $"cannot be read as Parquet (a footer of {length} bytes in a file of {file.Length}), "
                    + "expected a whole and sound file", "copy or write the file again");
            }

            byte[] footer = new byte[length];
            file.Seek(-8 - length, SeekOrigin.End);
            file.ReadExactly(footer);
            return footer;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }

    private void Walk()
    {
        int field = 0;
        while (NextField(ref field) is var kind && kind != Kind.Stop)
        {
            if (field == SchemaField && kind == Kind.List)
            {
                WalkSchema();
            }
            else
            {
                Skip(kind, 0);
            }
        }
    }

    /// <summary>The schema's elements lie one after the other, each with the number of those inside it.</summary>
    private void WalkSchema()
    {
        (Kind kind, long count) = ListHead();
        Stack<long> open = new();
        for (long i = 0; i < count; i++)
        {
            long inside = kind == Kind.Struct ? ChildCount() : throw new FormatException("its schema is no list of elements");
            if (inside > 0)
            {
                open.Push(inside);
                if (open.Count > DeepestSchema)
                {
                    throw new FormatException($"types lie within types more than {DeepestSchema} deep");
                }
            }
            else
            {
                while (open.TryPop(out long left) && left > 0)
                {
                    if (left > 1)
                    {
                        open.Push(left - 1);
                        break;
                    }
                }
            }
        }
    }

    private long ChildCount()
    {
        int field = 0;
        long count = 0;
        while (NextField(ref field) is var kind && kind != Kind.Stop)
        {
            if (field == ChildCountField && kind is Kind.Int16 or Kind.Int32 or Kind.Int64)
            {
                count = Number();
            }
            else
            {
                Skip(kind, 1);
            }
        }

        return count;
    }

    private void Skip(Kind kind, int depth)
    {
        if (depth > DeepestStruct)
        {
            throw new FormatException($"its parts lie more than {DeepestStruct} deep");
        }

        switch (kind)
        {
            case Kind.True or Kind.False:
                return;
            case Kind.Byte:
                Advance(1);
                return;
            case Kind.Int16 or Kind.Int32 or Kind.Int64:
                _ = Varint();
                return;
            case Kind.Double:
                Advance(8);
                return;
            case Kind.Binary:
                Advance(Varint());
                return;
            case Kind.List or Kind.Set:
                (Kind element, long count) = ListHead();
                for (long i = 0; i < count; i++)
                {
                    SkipElement(element, depth + 1);
                }

                return;
            case Kind.Map:
                SkipMap(depth);
                return;
            case Kind.Struct:
                int field = 0;
                while (NextField(ref field) is var inner && inner != Kind.Stop)
                {
                    Skip(inner, depth + 1);
                }

                return;
            default:
                throw new FormatException($"a part is of the unknown kind {(int)kind}");
        }
    }

    private void SkipElement(Kind kind, int depth) => Skip(kind is Kind.True or Kind.False ? Kind.Byte : kind, depth);

    private void SkipMap(int depth)
    {
        ulong count = Varint();
        byte kinds = count == 0 ? (byte)0 : _bytes[_at++];
        for (ulong i = 0; i < count; i++)
        {
            SkipElement((Kind)(kinds >> 4), depth + 1);
            SkipElement((Kind)(kinds & 15), depth + 1);
        }
    }

    private Kind NextField(ref int field)
    {
        byte head = _bytes[_at++];
        if (head == 0)
        {
            return Kind.Stop;
        }

        field = head >> 4 == 0 ? (int)Number() : field + (head >> 4);
        return (Kind)(head & 15);
    }

    private (Kind Kind, long Count) ListHead()
    {
        byte head = _bytes[_at++];
        long count = head >> 4 == 15 ? (long)Math.Min(Varint(), long.MaxValue) : head >> 4;
        return ((Kind)(head & 15), count);
    }

    private long Number()
    {
        ulong zigzag = Varint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = _bytes[_at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw new FormatException("a number has no end");
    }

    private void Advance(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _at))
        {
            throw new FormatException("it ends too early");
        }

        _at += (int)count;
    }
}
