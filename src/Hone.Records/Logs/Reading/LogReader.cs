using System.Runtime.ExceptionServices;

namespace Hone.Records.Logs.Reading;

/// <summary>Makes rows of one line. Each thread has its own.</summary>
internal interface ILineParser
{
    /// <summary>Adds the rows of a line to a block.</summary>
    /// <param name="line">The line without its line feed and surrounding blanks; not empty.</param>
    /// <param name="file">The file it is in.</param>
    /// <param name="rows">Where rows go.</param>
    /// <exception cref="RowException">The line cannot be read.</exception>
    void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows);
}

/// <summary>Reads files of lines on all cores, and hands their rows over in the order of the files.</summary>
internal sealed class LogReader
{
    // How far a thread may be ahead of the block that is to be handed over next.
    private const int MostAhead = 16;
    private readonly BlockSource _source;
    private readonly Func<ILineParser> _newParser;
    private readonly Action<LogFile, bool, RowBlock> _merge;
    private readonly Dictionary<long, (TextBlock Text, RowBlock Rows)> _waiting = [];
    private readonly Stack<(TextBlock Text, RowBlock Rows)> _free = new();
    private readonly object _order = new();
    private long _next;
    private ExceptionDispatchInfo? _failure;

    private LogReader(BlockSource source, Func<ILineParser> newParser, Action<LogFile, bool, RowBlock> merge) =>
        (_source, _newParser, _merge) = (source, newParser, merge);

    /// <summary>Reads all lines of some files.</summary>
    /// <param name="files">The files, in their order.</param>
    /// <param name="newParser">Makes a parser for each thread.</param>
    /// <param name="merge">Given each block's file, whether it is that file's first block, and its rows; called in order, one call
    /// at a time. Exceptions end the reading.</param>
    internal static void Read(IReadOnlyList<LogFile> files, Func<ILineParser> newParser, Action<LogFile, bool, RowBlock> merge)
    {
        using var source = new BlockSource(files);
        var reader = new LogReader(source, newParser, merge);
        long bytes = files.Sum(file => File.Exists(file.Path) ? new FileInfo(file.Path).Length : 0);
        int threads = (int)Math.Clamp(bytes / BlockSource.BlockBytes, 1, Environment.ProcessorCount);
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(_ => new Thread(reader.Work) { IsBackground = true })];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        reader.Work();
        foreach (Thread thread in others)
        {
            thread.Join();
        }

        reader._failure?.Throw();
    }

    private void Work()
    {
        ILineParser parser = _newParser();
        var text = new TextBlock();
        var rows = new RowBlock();
        try
        {
            while (_failure is null && _source.Next(text))
            {
                Parse(text, parser, rows);
                (text, rows) = HandOver(text, rows);
            }
        }
        catch (Exception error)
        {
            lock (_order)
            {
                _failure ??= ExceptionDispatchInfo.Capture(error);
                Monitor.PulseAll(_order);
            }
        }
    }

    private static void Parse(TextBlock text, ILineParser parser, RowBlock rows)
    {
        ReadOnlySpan<byte> rest = text.Text;
        if (text.StartsFile && rest.StartsWith("\uFEFF"u8))
        {
            rest = rest[3..];
        }

        while (!rest.IsEmpty)
        {
            int feed = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = feed < 0 ? rest : rest[..feed];
            rest = feed < 0 ? default : rest[(feed + 1)..];
            line = line.Trim(" \t\r"u8);
            rows.Lines++;
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                parser.Parse(line, text.File, rows);
            }
            catch (RowException problem)
            {
                rows.Problem = problem;
                rows.ProblemIsAtOpenEnd = feed < 0;
                return;
            }
        }
    }

    /// <summary>Merges a block if it is its turn, and those that waited for it; else leaves it waiting and gives empty ones.</summary>
    private (TextBlock Text, RowBlock Rows) HandOver(TextBlock text, RowBlock rows)
    {
        lock (_order)
        {
            while (_failure is null && text.Number - _next >= MostAhead)
            {
                Monitor.Wait(_order);
            }

            if (text.Number != _next)
            {
                _waiting.Add(text.Number, (text, rows));
                return _free.TryPop(out (TextBlock, RowBlock) free) ? free : (new TextBlock(), new RowBlock());
            }

            Merge(text, rows);
            while (_waiting.Remove(_next, out (TextBlock Text, RowBlock Rows) waiting))
            {
                Merge(waiting.Text, waiting.Rows);
                _free.Push(waiting);
            }

            Monitor.PulseAll(_order);
            return (text, rows);
        }
    }

    private void Merge(TextBlock text, RowBlock rows)
    {
        _next++;
        if (_failure is null)
        {
            _merge(text.File, text.StartsFile, rows);
        }

        rows.Clear();
    }
}
