using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Tests.Parquet;

/// <summary>DuckDB sees the files that it was given and nothing else.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('OTHER')")]
    [InlineData("SELECT * FROM glob('/*')")]
    [InlineData("COPY (SELECT 1) TO 'OTHER.new'")]
    [InlineData("ATTACH 'OTHER.db'")]
    [InlineData("SELECT * FROM 'http://127.0.0.1:1/x.parquet'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET enable_external_access=true")]
    [InlineData("SET allowed_paths=['/etc/passwd']")]
    public void Everything_else_is_refused(string sql)
    {
        DuckDb.Need();
        string given = DuckDb.Copy("SELECT 1 AS a", _folder["given.parquet"]);
        string other = _folder.Write("other.txt", "secret");
        using Session session = Session.Open(given);
        session.Run($"SELECT * FROM read_parquet({Sql.Text(given)})");
        Assert.Throws<DuckDbException>(() => session.Run(sql.Replace("OTHER", other, StringComparison.Ordinal)));
        Assert.Equal(["given.parquet", "other.txt"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }
}
