using System.Buffers.Binary;
using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

/// <summary>A damaged file is refused in one line or read as something else; it never ends the process.</summary>
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
            _ => ", COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 2048",
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
