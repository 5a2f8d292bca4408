namespace Hone.Records.Parquet.DuckDb;

/// <summary>The rows of a query, about 2048 at a time.</summary>
internal sealed unsafe class ResultReader : IDisposable
{
    private NativeMethods.QueryResult _result;
    private nint _chunk;
    private bool _disposed;

    internal ResultReader(NativeMethods.QueryResult result)
    {
        _result = result;
        try
        {
            int columns = (int)NativeMethods.ColumnCount(result);
            Names = [.. Enumerable.Range(0, columns).Select(Name)];
            Types = [.. Enumerable.Range(0, columns).Select(i => ColumnType.Take(NativeMethods.ColumnType(_result, (ulong)i)))];
            Vectors = new VectorReader[columns];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IReadOnlyList<string> Names { get; }

    internal IReadOnlyList<ColumnType> Types { get; }

    /// <summary>How many rows the chunk at hand has.</summary>
    internal int Count { get; private set; }

    /// <summary>The columns of the chunk at hand.</summary>
    internal VectorReader[] Vectors { get; } = [];

    /// <summary>Moves to the next chunk; what the one before held is gone.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed of.</exception>
    internal bool Next()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Array.Clear(Vectors);
        do
        {
            NativeMethods.DestroyChunk(ref _chunk);
            _chunk = NativeMethods.FetchChunk(_result);
            if (_chunk == 0)
            {
                Count = 0;
                byte* problem = NativeMethods.ResultError(_result);
                return problem is null ? false : throw new DuckDbException(NativeMethods.Text(problem));
            }

            Count = checked((int)NativeMethods.ChunkSize(_chunk));
        }
        while (Count == 0);

        for (int i = 0; i < Vectors.Length; i++)
        {
            Vectors[i] = new VectorReader(NativeMethods.ChunkVector(_chunk, (ulong)i), Types[i]);
        }

        return true;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // What points into the chunk must not outlive it.
        _disposed = true;
        Count = 0;
        Array.Clear(Vectors);
        NativeMethods.DestroyChunk(ref _chunk);
        NativeMethods.DestroyResult(ref _result);
    }

    private string Name(int column) => NativeMethods.Text(NativeMethods.ColumnName(_result, (ulong)column));
}
