using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>A Parquet file with the session that may read it.</summary>
internal sealed class OpenedFile : IDisposable
{
    private const string GlobSigns = "*?[";
    private readonly ParquetFooter _footer;
    private readonly string? _linkFolder;

    private OpenedFile(string path, string name, ParquetFooter footer, string? linkFolder, Session session) =>
        (Path, Name, _footer, _linkFolder, Session) = (path, name, footer, linkFolder, session);

    /// <summary>The file, as it was named.</summary>
    internal string Path { get; }

    /// <summary>The file as DuckDB is to be told of it.</summary>
    internal string Name { get; }

    internal Session Session { get; }

    /// <summary>Checks that a file is whole at its ends, and opens a session for it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alsoAllowed">Files that the session may write.</param>
    internal static OpenedFile Open(string path, params IReadOnlyList<string> alsoAllowed)
    {
        if (Directory.Exists(path))
        {
            throw RecordError.In(path, "is a folder, expected a file", "name a .parquet file in it");
        }

        if (!File.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        if (!ParquetFile.IsParquet(path))
        {
            throw RecordError.In(path, "is not a Parquet file, expected one that starts with PAR1", "check the file's kind");
        }

        _ = ParquetLibrary.Load();
        ParquetFooter footer = FooterReader.Read(path);
        string whole = System.IO.Path.GetFullPath(path);
        string? linkFolder = whole.AsSpan().ContainsAny(GlobSigns)
            ? Directory.CreateTempSubdirectory("hone-parquet-").FullName
            : null;
        try
        {
            string name = linkFolder is null ? whole : Link(whole, linkFolder);
            return new OpenedFile(path, name, footer, linkFolder, Session.Open([name, .. alsoAllowed]));
        }
        catch (DuckDbException error)
        {
            Remove(linkFolder);
            throw Unreadable(path, error);
        }
        catch
        {
            Remove(linkFolder);
            throw;
        }
    }

    /// <summary>Refuses damaged pages that DuckDB would not; to be called before any value is read.</summary>
    /// <param name="columns">Which columns will be read, from 0; all where null.</param>
    internal void CheckPages(IReadOnlyCollection<int>? columns = null) => PageCheck.Run(Path, _footer, columns);

    /// <summary>Starts a query over the file.</summary>
    internal ResultReader Query(string sql)
    {
        try
        {
            return Session.Query(sql);
        }
        catch (DuckDbException error)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Moves a result to its next chunk.</summary>
    internal bool Next(ResultReader result)
    {
        try
        {
            return result.Next();
        }
        catch (DuckDbException error)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>The number of rows that the file's footer gives.</summary>
    internal long RowCount()
    {
        using ResultReader result = Query($"SELECT num_rows::BIGINT FROM parquet_file_metadata({Sql.Text(Name)})");
        return Next(result) && !result.Vectors[0].IsNull(0) ? result.Vectors[0].Value<long>(0) : 0;
    }

    internal InvalidDataException Unreadable(DuckDbException error) => Unreadable(Path, error);

    public void Dispose()
    {
        Session.Dispose();
        Remove(_linkFolder);
    }

    private static InvalidDataException Unreadable(string path, Exception error) =>
        error.Message.StartsWith("Out of Memory", StringComparison.Ordinal)
            ? RecordError.In(
                path, $"takes more than the quarter of this machine's memory that DuckDB is given ({Sql.Plain(error.Message)})",
                "write it with smaller row groups, in Python: to_parquet(F, row_group_size=10000)")
            : RecordError.In(path, $"cannot be read as Parquet ({Sql.Plain(error.Message)}), expected a whole and sound file",
                "copy or write the file again");

    // DuckDB takes such a name for a pattern, and has no sign that takes the meaning from all of them.
    private static string Link(string whole, string folder)
    {
        string link = System.IO.Path.Combine(folder, "data.parquet");
        try
        {
            File.CreateSymbolicLink(link, whole);
            return link;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(whole, "the name holds one of * ? [, expected a name without", "rename the file or its folder");
        }
    }

    private static void Remove(string? folder)
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
