using System.Text;
using Hone.Records.Parquet;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Tests.Parquet;

/// <summary>DuckDB's library for tests: skips where it is absent, and makes files with SQL of their own.</summary>
internal static class DuckDb
{
    /// <summary>Skips the test where there is no library.</summary>
    internal static void Need()
    {
        try
        {
            _ = ParquetLibrary.Load();
        }
        catch (InvalidDataException error)
        {
            Assert.Skip(error.Message);
        }
    }

    /// <summary>Writes what a query yields as a Parquet file.</summary>
    internal static string Copy(string query, string path, string options = "", string? allowed = null)
    {
        Need();
        using Session session = Session.Open([path, .. allowed is null ? (string[])[] : [allowed]]);
        session.Run($"COPY ({query}) TO {Sql.Text(path)} (FORMAT parquet, USE_TMP_FILE false{options})");
        return path;
    }

    internal static string[] Rows(string path) =>
        [.. ParquetFile.ReadRows(path).Select(row => Encoding.UTF8.GetString(row.Span))];

    internal static void Write(string path, params string[] rows)
    {
        Need();
        ParquetFile.Write(path, [.. rows.Select(row => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(row))]);
    }
}
