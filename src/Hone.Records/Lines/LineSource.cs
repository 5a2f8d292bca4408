namespace Hone.Records.Lines;

/// <summary>Cuts a plain or gzip file into lines of bytes, without copying them, and turns I/O failures into
/// messages.</summary>
internal sealed class LineSource : IDisposable
{
    private const int LongestLine = 1 << 30;
    private readonly string _path;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    internal LineSource(string path)
    {
        _path = path;
        _stream = TextStream.OpenFile(path);
        try
        {
            Fill();
            if (Head.StartsWith(GzipMagic))
            {
                _stream.Position = 0;
                _stream = new BoundedGzip(_stream);
                _end = 0;
                Fill();
            }

            SkipMark();
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Number of the line that was last read, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>Where the line that was last read begins, in bytes of the uncompressed text.</summary>
    internal long LineStart { get; private set; }

    /// <summary>Where the line that was last read ends, its line feed included.</summary>
    internal long LineEnd { get; private set; }

    /// <summary>Whether the line that was last read ended in a line feed, rather than with the file.</summary>
    internal bool Ended { get; private set; }

    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private ReadOnlySpan<byte> Head => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The next line without its line feed; it stays valid until the next call.</summary>
    internal bool Next(out ReadOnlyMemory<byte> line)
    {
        int searched = 0;
        int feed;
        while ((feed = Head[searched..].IndexOf((byte)'\n')) < 0)
        {
            searched = _end - _start;
            if (!Fill())
            {
                break;
            }
        }

        Ended = feed >= 0;
        int length = Ended ? searched + feed : _end - _start;
        line = _buffer.AsMemory(_start, length);
        if (!Ended && length == 0)
        {
            return false;
        }

        int taken = Ended ? length + 1 : length;
        _start += taken;
        LineStart = LineEnd;
        LineEnd += taken;
        Number++;
        return true;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Reads more behind what is held, which it first moves to the front of the buffer.</summary>
    private bool Fill()
    {
        if (_start > 0)
        {
            Head.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= LongestLine)
            {
                throw RecordError.At(_path, Number + 1, "line is longer than 1 GiB, expected one JSON object a line",
                    "check that this is a JSON Lines file");
            }

            Array.Resize(ref _buffer, 2 * _end);
        }

        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw RecordError.At(_path, Number + 1, $"the file cannot be read on ({RecordError.Quote(error.Message)}), "
                + "expected a whole plain or gzip file", "it may have been cut while it was written or copied");
        }
    }

    private void SkipMark()
    {
        if (Head.StartsWith("\uFEFF"u8))
        {
            _start += 3;
            LineEnd = 3;
        }
        else
        {
            TextStream.CheckHead(_path, Head);
        }
    }
}
