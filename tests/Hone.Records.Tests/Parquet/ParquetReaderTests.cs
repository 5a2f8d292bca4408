using System.Text;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

public sealed class ParquetReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_come_with_their_kinds()
    {
        string path = DuckDb.Copy("""
            SELECT 1::TINYINT AS a, 2::UBIGINT AS b, 3.5 AS c, 1::FLOAT AS d, true AS e, 'x' AS f, [1.5] AS g, ['x'] AS h,
                {'index': 1} AS i, DATE '2026-01-01' AS j, MAP {'k': 1} AS k
            """, _folder["a"]);
        Assert.Equal(
            [
                new("a", ParquetKind.Whole, "TINYINT"), new("b", ParquetKind.Whole, "UBIGINT"),
                new("c", ParquetKind.Real, "DECIMAL(2,1)"), new("d", ParquetKind.Real, "FLOAT"),
                new("e", ParquetKind.Flag, "BOOLEAN"), new("f", ParquetKind.Text, "VARCHAR"),
                new("g", ParquetKind.Reals, "DECIMAL(2,1)[]"), new("h", ParquetKind.Other, "VARCHAR[]"),
                new("i", ParquetKind.Other, "STRUCT(\"index\" INTEGER)"), new("j", ParquetKind.Other, "DATE"),
                new("k", ParquetKind.Other, "MAP(VARCHAR, INTEGER)"),
            ],
            ParquetReader.Columns(path));
    }

    [Fact]
    public void Rows_that_are_not_at_hand_are_refused()
    {
        string path = DuckDb.Copy("SELECT 'x' AS f, [1.5] AS g, true AS e, 1.5::DOUBLE AS d", _folder["a"]);
        ParquetReader reader = ParquetReader.Open(path, ["f", "g", "e", "d"]);
        void Refused(int row)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.IsNull(0, row));
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.Utf8(0, row).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.List(1, row).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.Flag(2, row));
        }

        Refused(0);
        Assert.True(reader.ReadChunk());
        Assert.Equal("x", Encoding.UTF8.GetString(reader.Utf8(0, 0)));
        Refused(1);
        Refused(-1);
        Assert.False(reader.ReadChunk());
        Refused(0);
        reader.Dispose();
        reader.Dispose();
        Refused(0);
        Assert.Equal(0, reader.Doubles(3).Length);
        Assert.Throws<ObjectDisposedException>(() => reader.ReadChunk());
    }

    [Fact]
    public void What_is_read_is_gone_once_the_reader_is_closed()
    {
        string path = DuckDb.Copy("SELECT 'x' AS f", _folder["a"]);
        ParquetReader reader = ParquetReader.Open(path, ["f"]);
        Assert.True(reader.ReadChunk());
        reader.Dispose();
        Assert.Equal(0, reader.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Utf8(0, 0).Length);
    }

    [Fact]
    public void Columns_of_a_log_are_read_chunk_by_chunk()
    {
        // As a trainer's completions are laid out; every third reward is missing.
        const int Rows = 10_000;
        string path = DuckDb.Copy($$"""
            SELECT i // 16 AS step, 'prompt ' || i AS prompt, repeat('é', (i % 40)::INT) AS completion,
                CASE WHEN i % 3 > 0 THEN i / 8.0 END::DOUBLE AS reward_a, i % 2 = 0 AS flag,
                [i / 2.0, NULL] AS logprobs, {'index': i, 'b.c': {'d': 'x' || i} } AS extra_info, i % 5 AS whole
            FROM range({{Rows}}) t(i)
            """, _folder["a"], ", ROW_GROUP_SIZE 3000");
        using ParquetReader reader = ParquetReader.Open(
            path, ["reward_a", "step", "completion", "flag", "logprobs", "extra_info.index", "prompt", "whole", "extra_info"]);
        Assert.Equal(Rows, reader.RowCount);
        int row = 0;
        while (reader.ReadChunk())
        {
            for (int i = 0; i < reader.Count; i++, row++)
            {
                Assert.Equal(row % 3 == 0, reader.IsNull(0, i));
                Assert.Equal(row % 3 == 0 ? double.NaN : row / 8.0, reader.Doubles(0)[i]);
                Assert.Equal(row / 16, reader.Longs(1)[i]);
                Assert.Equal(2 * (row % 40), reader.Utf8(2, i).Length);
                Assert.Equal(row % 2 == 0, reader.Flag(3, i));
                Assert.Equal([row / 2.0, double.NaN], reader.List(4, i).ToArray());
                Assert.Equal(row, reader.Longs(5)[i]);
                Assert.Equal($"prompt {row}", Encoding.UTF8.GetString(reader.Utf8(6, i)));
                Assert.Equal(row % 5, reader.Doubles(7)[i]);
                string extra = $"{{\"index\":{row},\"b.c\":{{\"d\":\"x{row}\"}}}}";
                Assert.Equal(extra, Encoding.UTF8.GetString(reader.Utf8(8, i)));
            }
        }

        Assert.Equal(Rows, row);
        Assert.Equal(ParquetKind.Reals, reader.Kind(4));
        Assert.Throws<InvalidOperationException>(() => reader.Longs(0).Length);
    }

    [Fact]
    public void Missing_values_are_empty()
    {
        string path = DuckDb.Copy(
            "SELECT NULL::BIGINT AS a, NULL::VARCHAR AS b, NULL::BOOLEAN AS c, NULL::DOUBLE[] AS d, []::INT[] AS e, 'NaN'::FLOAT AS f", _folder["a"]);
        using ParquetReader reader = ParquetReader.Open(path, ["a", "b", "c", "d", "e", "f"]);
        Assert.True(reader.ReadChunk());
        Assert.Equal(0, reader.Longs(0)[0]);
        Assert.Equal(double.NaN, reader.Doubles(0)[0]);
        Assert.True(reader.Utf8(1, 0).IsEmpty && reader.IsNull(1, 0) && !reader.Flag(2, 0));
        Assert.True(reader.List(3, 0).IsEmpty && reader.IsNull(3, 0));
        Assert.True(reader.List(4, 0).IsEmpty && !reader.IsNull(4, 0));
        Assert.True(double.IsNaN(reader.Doubles(5)[0]) && !reader.IsNull(5, 0));
    }

    [Fact]
    public void Names_are_exact_and_awkward_ones_work()
    {
        string path = DuckDb.Copy("SELECT 1 AS \"a\"\"b\", 2 AS \"a.b\", {'b': 3} AS a, 4 AS \"select\", 5 AS \"x'y\"", _folder["a"]);
        string[] names = ["a\"b", "a.b", "a.b", "select", "x'y"];
        using (ParquetReader reader = ParquetReader.Open(path, names))
        {
            Assert.True(reader.ReadChunk());
            Assert.Equal([1L, 2, 2, 4, 5], Enumerable.Range(0, 5).Select(i => reader.Longs(i)[0]));
        }

        Bad.Input(() => ParquetReader.Open(path, ["Select"]), "a: has no column 'Select'; the columns are a\"b, a.b, a, select, x'y", "did you mean 'select'");
        Bad.Input(() => ParquetReader.Open(path, ["a.c"]), "has no column 'a.c'");
        Bad.Input(() => ParquetReader.Open(path, ["select.x"]), "has no column 'select.x'");
    }

    [Fact]
    public void A_number_that_does_not_fit_is_an_error()
    {
        string path = DuckDb.Copy("SELECT 18446744073709551615::UBIGINT AS a", _folder["a"]);
        Bad.Input(() => ParquetReader.Open(path, ["a"]).ReadChunk(), "a: cannot be read as Parquet (", "18446744073709551615");
    }
}
