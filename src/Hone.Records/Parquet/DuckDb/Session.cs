using System.Globalization;

namespace Hone.Records.Parquet.DuckDb;

/// <summary>
/// A database in memory, with a connection to it, that can reach the files it is told of and nothing else: no other file,
/// no network, no extension.
/// </summary>
internal sealed unsafe class Session : IDisposable
{
    private const int MostThreads = 4;
    private readonly string _spillFolder;
    private nint _database;
    private nint _connection;

    private Session(nint database, nint connection, string spillFolder) =>
        (_database, _connection, _spillFolder) = (database, connection, spillFolder);

    internal nint Connection => _connection;

    /// <summary>Opens a session.</summary>
    /// <param name="files">The files that it may read and write.</param>
    /// <exception cref="InvalidDataException">DuckDB's library is absent.</exception>
    /// <exception cref="DuckDbException">DuckDB does not start.</exception>
    internal static Session Open(params IReadOnlyList<string> files)
    {
        _ = ParquetLibrary.Load();
        string spillFolder = Path.Combine(Path.GetTempPath(), $"hone-duckdb-{Guid.NewGuid():N}");
        Session session = Start(spillFolder);
        try
        {
            session.Run($"SET allowed_paths=[{string.Join(", ", files.Select(Sql.Text))}]");
            session.Run("SET enable_external_access=false");
            session.Run("SET lock_configuration=true");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement that returns no rows to read.</summary>
    internal void Run(string sql)
    {
        int failed = NativeMethods.Query(_connection, sql, out NativeMethods.QueryResult result);
        string? problem = failed == 0 ? null : NativeMethods.Text(NativeMethods.ResultError(result));
        NativeMethods.DestroyResult(ref result);
        if (problem is not null)
        {
            throw new DuckDbException(problem);
        }
    }

    /// <summary>Starts a query whose rows are read as they come, without being held.</summary>
    internal ResultReader Query(string sql)
    {
        int failed = NativeMethods.Prepare(_connection, sql, out nint statement);
        nint pending = 0;
        try
        {
            if (failed != 0)
            {
                throw new DuckDbException(NativeMethods.Text(NativeMethods.PrepareError(statement)));
            }

            if (NativeMethods.PendingStreaming(statement, out pending) != 0)
            {
                throw new DuckDbException(NativeMethods.Text(NativeMethods.PendingError(pending)));
            }

            failed = NativeMethods.ExecutePending(pending, out NativeMethods.QueryResult result);
            return failed == 0 ? new ResultReader(result) : throw Failure(ref result, pending);
        }
        finally
        {
            NativeMethods.DestroyPending(ref pending);
            NativeMethods.DestroyPrepare(ref statement);
        }
    }

    public void Dispose()
    {
        NativeMethods.Disconnect(ref _connection);
        NativeMethods.Close(ref _database);
        if (Directory.Exists(_spillFolder))
        {
            Directory.Delete(_spillFolder, recursive: true);
        }
    }

    private static DuckDbException Failure(ref NativeMethods.QueryResult result, nint pending)
    {
        string problem = NativeMethods.Text(NativeMethods.ResultError(result));
        problem = problem.Length > 0 ? problem : NativeMethods.Text(NativeMethods.PendingError(pending));
        NativeMethods.DestroyResult(ref result);
        return new DuckDbException(problem);
    }

    private static Session Start(string spillFolder)
    {
        NativeMethods.CreateConfig(out nint config);
        nint database = 0;
        try
        {
            foreach ((string name, string value) in Settings(spillFolder))
            {
                if (NativeMethods.SetConfig(config, name, value) != 0)
                {
                    throw new DuckDbException($"{name}={value} is refused");
                }
            }

            if (NativeMethods.Open(null, out database, config, out byte* error) != 0)
            {
                throw new DuckDbException(NativeMethods.Taken(error));
            }

            return NativeMethods.Connect(database, out nint connection) == 0
                ? new Session(database, connection, spillFolder)
                : throw new DuckDbException("no connection to the database in memory");
        }
        catch
        {
            NativeMethods.Close(ref database);
            throw;
        }
        finally
        {
            NativeMethods.DestroyConfig(ref config);
        }
    }

    private static IEnumerable<(string Name, string Value)> Settings(string spillFolder)
    {
        long memory = Math.Max(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
        yield return ("threads", Math.Min(Environment.ProcessorCount, MostThreads).ToString(CultureInfo.InvariantCulture));
        yield return ("memory_limit", $"{memory >> 20}MiB");
        yield return ("temp_directory", spillFolder);
    }
}
