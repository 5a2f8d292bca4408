namespace Hone.Records.Parquet.DuckDb;

/// <summary>Adds rows to a table, a chunk at a time.</summary>
internal sealed unsafe class Appender : IDisposable
{
    private nint _appender;
    private nint _chunk;

    internal Appender(Session session, string table)
    {
        int failed = NativeMethods.CreateAppender(session.Connection, null, null, table, out _appender);
        try
        {
            // Where it fails there is an appender too: it holds the message.
            Check(failed);
        }
        catch
        {
            Dispose();
            throw;
        }

        nint[] types = [.. Enumerable.Range(0, (int)NativeMethods.AppenderColumns(_appender))
            .Select(i => NativeMethods.AppenderColumnType(_appender, (ulong)i))];
        fixed (nint* first = types)
        {
            _chunk = NativeMethods.CreateChunk(first, (ulong)types.Length);
        }

        foreach (nint type in types)
        {
            nint taken = type;
            NativeMethods.DestroyType(ref taken);
        }

        Columns = types.Length;
    }

    /// <summary>How many rows a chunk holds.</summary>
    internal static int ChunkRows { get; } = (int)NativeMethods.VectorSize();

    internal int Columns { get; }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">How many, at most <see cref="ChunkRows"/>.</param>
    /// <param name="fill">Fills the column of that number.</param>
    internal void Append(int rows, Action<int, VectorWriter> fill)
    {
        NativeMethods.ResetChunk(_chunk);
        for (int column = 0; column < Columns; column++)
        {
            fill(column, new VectorWriter(NativeMethods.ChunkVector(_chunk, (ulong)column)));
        }

        NativeMethods.SetChunkSize(_chunk, (ulong)rows);
        Check(NativeMethods.AppendChunk(_appender, _chunk));
    }

    /// <summary>Hands the table what was held back.</summary>
    internal void Finish() => Check(NativeMethods.CloseAppender(_appender));

    public void Dispose()
    {
        NativeMethods.DestroyChunk(ref _chunk);
        _ = NativeMethods.DestroyAppender(ref _appender);
    }

    private void Check(int failed)
    {
        if (failed != 0)
        {
            nint error = NativeMethods.AppenderError(_appender);
            string problem = NativeMethods.Text(NativeMethods.ErrorMessage(error));
            NativeMethods.DestroyError(ref error);
            throw new DuckDbException(problem);
        }
    }
}
