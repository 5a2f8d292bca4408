using System.Text;
using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

public sealed class ParquetFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Is_told_by_content_at_both_ends()
    {
        Assert.False(ParquetFile.IsParquet(_folder["none.parquet"]));
        Assert.False(ParquetFile.IsParquet(_folder.Root));
        Assert.False(ParquetFile.IsParquet(_folder.Write("a.parquet", "")));
        Assert.False(ParquetFile.IsParquet(_folder.Write("a.parquet", "PAR")));
        Assert.False(ParquetFile.IsParquet(_folder.Write("a.parquet", "{\"prompt\":\"PAR1\"}PAR1")));
        Assert.True(ParquetFile.IsParquet(_folder.Write("a.jsonl", "PAR1....PAR1")));
        Bad.Input(() => ParquetFile.IsParquet(_folder.Write("a", "PAR1")), "a: ", "cut off after 4 bytes");
        Bad.Input(() => ParquetFile.IsParquet(_folder.Write("a", "PAR1.......PAR")), "cut off after 14 bytes");
        Bad.Input(() => ParquetFile.IsParquet(_folder.Write("a", "PARE....PARE")), "encrypted");
    }

    [Fact]
    public void Other_files_are_refused_by_what_they_are()
    {
        DuckDb.Need();
        Directory.CreateDirectory(_folder["x.parquet"]);
        Bad.Input(() => DuckDb.Rows(_folder["x.parquet"]), "x.parquet: is a folder");
        Bad.Input(() => ParquetReader.Columns(_folder["x.parquet"]), "x.parquet: is a folder");
        Bad.Input(() => ParquetFile.WriteSelected(_folder["x.parquet"], [], [], _folder["b"]), "x.parquet: is a folder");
        Bad.Input(() => DataSet.Read(_folder["x.parquet"]), "x.parquet: is a folder");
        Bad.Input(() => DuckDb.Rows(_folder.Write("a", "{}")), "is not a Parquet file");
        Bad.Input(() => DuckDb.Rows(_folder.Write("a", "PAR1" + new string('x', 100) + "PAR1")), "a: cannot be read as Parquet (");
        Assert.Throws<FileNotFoundException>(() => DuckDb.Rows(_folder["none"]));
        Assert.Throws<FileNotFoundException>(() => ParquetReader.Open(_folder["none"], ["a"]));
        Assert.False(File.Exists(_folder["b"]));
    }

    [Theory]
    [InlineData("a*b.parquet", "aXb.parquet")]
    [InlineData("a?.parquet", "a1.parquet")]
    [InlineData("a[12].parquet", "a1.parquet")]
    [InlineData("[!a].parquet", "b.parquet")]
    [InlineData("**", "c")]
    [InlineData("it's \"q\".parquet", "its.parquet")]
    [InlineData("a\\*[b.parquet", "ab.parquet")]
    [InlineData("{a,b}.parquet", "a.parquet")]
    [InlineData("year=2026/é 漢.parquet", "year=2026/e.parquet")]
    [InlineData("s3:/a.parquet", "a.parquet")]
    [InlineData("%41;--.parquet", "A.parquet")]
    [InlineData("a.parquet.gz", "a.parquet")]
    public void Names_are_taken_as_they_are(string name, string other)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.AsSpan().ContainsAny("*?\"\\:"), "no such names on Windows");
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        DuckDb.Write(_folder[name], "{\"a\":1}");
        DuckDb.Write(_folder[other], "{\"a\":2}");
        Assert.Equal("{\"a\":1}", Assert.Single(DuckDb.Rows(_folder[name])));
        Assert.Equal("a", Assert.Single(ParquetReader.Columns(_folder[name])).Name);
        ParquetFile.WriteSelected(_folder[name], [0], [], _folder[name]);
        Assert.Equal("{\"a\":1}", Assert.Single(DuckDb.Rows(_folder[name])));
        Assert.Equal("{\"a\":2}", Assert.Single(DuckDb.Rows(_folder[other])));
    }

    [Fact]
    public void A_file_without_rows_has_columns_still()
    {
        string path = DuckDb.Copy("SELECT 1 AS a, 'x' AS b WHERE false", _folder["a"]);
        Assert.Empty(DuckDb.Rows(path));
        Assert.Equal(["a", "b"], ParquetReader.Columns(path).Select(column => column.Name));
        using ParquetReader reader = ParquetReader.Open(path, ["a"]);
        Assert.Equal(0, reader.RowCount);
        Assert.False(reader.ReadChunk());
        Bad.Input(() => DataSet.Read(path), "a: the data set has no rows");
        ParquetFile.WriteSelected(path, [], [], _folder["b"]);
        Assert.Empty(DuckDb.Rows(_folder["b"]));
    }

    [Fact]
    public void A_file_without_columns_is_refused()
    {
        DuckDb.Need();

        // A footer in Thrift's compact form: version 1, a schema of a root alone, 0 rows, no row groups.
        byte[] footer = [0x15, 0x02, 0x19, 0x1c, 0x48, 0x01, (byte)'s', 0x15, 0x00, 0x00, 0x16, 0x00, 0x19, 0x0c, 0x00];
        byte[] file = [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
        Bad.Input(() => DuckDb.Rows(_folder.WriteBytes("a", file)), "a: cannot be read as Parquet (");
    }

    [Fact]
    public void A_relative_name_works_and_nothing_is_left_behind()
    {
        string folder = Path.GetRelativePath(Environment.CurrentDirectory, _folder.Root);
        string path = Path.Combine(folder, "a.parquet");
        DuckDb.Write(path, "{\"a\":\"x\"}");
        Assert.Equal("{\"a\":\"x\"}", Assert.Single(DuckDb.Rows(path)));
        Assert.Equal(["a.parquet"], Directory.EnumerateFileSystemEntries(_folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Half_a_read_can_be_given_up()
    {
        string path = DuckDb.Copy("SELECT i, repeat('x', 1000) AS s FROM range(50000) t(i)", _folder["a"]);
        Assert.Equal("{\"i\":0,", Encoding.UTF8.GetString(ParquetFile.ReadRows(path).First().Span)[..7]);
        using ParquetReader reader = ParquetReader.Open(path, ["i"]);
        Assert.True(reader.ReadChunk());
    }
}
