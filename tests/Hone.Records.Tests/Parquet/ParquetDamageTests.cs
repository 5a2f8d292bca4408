using System.Buffers.Binary;
using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

/// <summary>
/// A damaged file is refused in one line or read as something else. The encodings are those that trainers' files have:
/// DuckDB 1.5 writes past its memory where the lengths of DELTA_LENGTH_BYTE_ARRAY are wrong, which ends the process.
/// </summary>
public sealed class ParquetDamageTests : IDisposable
{
    private const int Cases = 100;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cut_file_is_an_error_wherever_it_is_cut()
    {
        byte[] good = Good(0);
        for (int length = 4; length < good.Length; length += 1 + (good.Length / 150))
        {
            Bad.Input(() => DataSet.Read(_folder.WriteBytes("a", good[..length])), $"a: is a Parquet file that is cut off after {length} bytes");
        }
    }

    [Fact]
    public void A_file_that_lost_bytes_inside_is_an_error_or_other_rows()
    {
        byte[] good = Good(1);
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < Cases / 4; i++)
        {
            int from = random.Next(4, good.Length - 20), count = random.Next(1, 20);
            refused += Refused([.. good[..from], .. good[(from + count)..]], i);
        }

        Assert.InRange(refused, Cases / 8, Cases / 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Changed_bytes_are_an_error_or_other_rows(int kind)
    {
        byte[] good = Good(kind);
        int footer = good.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan()[^8..^4]);
        var random = new Random(kind);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(i % 3 == 0 ? 4 : footer, good.Length - (i % 2 == 0 ? 4 : 8));
                bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ (1 << random.Next(8)));
            }

            refused += Refused(bytes, i);
        }

        Assert.InRange(refused, Cases / 4, Cases - 1);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(90, true)]
    [InlineData(199, false)]
    [InlineData(20_000, false)]
    [InlineData(300_000, false)]
    public void Types_within_types_are_followed_so_deep_only(int depth, bool read)
    {
        DuckDb.Need();
        string path = _folder.WriteBytes("a", Nested(depth));
        if (read)
        {
            Assert.Empty(DuckDb.Rows(path));
        }
        else
        {
            Bad.Input(() => DuckDb.Rows(path), "a: cannot be read as Parquet (", "types lie within types more than");
        }
    }

    [Theory]
    [InlineData(0xff, 0xff, 0xff, 0xff)]
    [InlineData(0x10, 0x00, 0x00, 0x00)]
    [InlineData(0x00, 0x00, 0x00, 0x00)]
    public void A_wrong_length_of_the_footer_is_an_error(params int[] length)
    {
        byte[] bytes = Nested(1);
        for (int i = 0; i < 4; i++)
        {
            bytes[^(8 - i)] = (byte)length[i];
        }

        DuckDb.Need();
        Bad.Input(() => DuckDb.Rows(_folder.WriteBytes("a", bytes)), "a: cannot be read as Parquet (");
    }

    /// <summary>A file without rows whose one column is a struct in a struct, so many times, and a number inside.</summary>
    private static byte[] Nested(int depth)
    {
        // The footer in Thrift's compact protocol: version 1, the schema's elements, 0 rows, no row groups.
        List<byte> footer = [0x15, 0x02, 0x19, 0xfc];
        for (uint rest = (uint)depth + 2; ; rest >>= 7)
        {
            footer.Add((byte)(rest > 127 ? (rest & 127) | 128 : rest));
            if (rest <= 127)
            {
                break;
            }
        }

        // The root has a name and one child; groups are optional with the same; the leaf is an optional INT32.
        footer.AddRange([0x48, 0x01, (byte)'r', 0x15, 0x02, 0x00]);
        for (int i = 0; i < depth; i++)
        {
            footer.AddRange([0x35, 0x02, 0x18, 0x01, (byte)'g', 0x15, 0x02, 0x00]);
        }

        footer.AddRange([0x15, 0x02, 0x25, 0x02, 0x18, 0x01, (byte)'l', 0x00, 0x16, 0x00, 0x19, 0x0c, 0x00]);
        return [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Count), .. "PAR1"u8];
    }

    // Any exception but the one for users fails the test; a crash of the library would end the whole run.
    private int Refused(byte[] bytes, int name)
    {
        string path = _folder.WriteBytes($"{name}", bytes);
        try
        {
            foreach (ReadOnlyMemory<byte> row in ParquetFile.ReadRows(path))
            {
                Assert.False(row.IsEmpty);
            }

            return 0;
        }
        catch (InvalidDataException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
            return 1;
        }
    }

    private byte[] Good(int kind)
    {
        string options = kind switch
        {
            0 => ", COMPRESSION snappy",
            1 => ", COMPRESSION uncompressed",
            _ => ", COMPRESSION zstd, ROW_GROUP_SIZE 2048",
        };
        return File.ReadAllBytes(DuckDb.Copy(
            """
            SELECT [{'role': 'user', 'content': 'row ' || i, 'n': [i, NULL]}] AS prompt, {'index': i, 'x': i / 8} AS extra_info,
                (i % 7)::VARCHAR AS answer, i::DECIMAL(12, 3) AS d, TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND AS t, MAP {'k': i} AS k
            FROM range(300) t(i)
            """,
            _folder["good"], options));
    }
}
