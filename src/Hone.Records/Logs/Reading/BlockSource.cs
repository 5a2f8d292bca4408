using Hone.Records.Lines;

namespace Hone.Records.Logs.Reading;

/// <summary>
/// Hands out the lines of some files, plain or gzip, in blocks that fit a core's cache. Several threads may ask; each block ends at
/// the end of a line or of a file. Large plain files are read by all threads at once, others by one at a time.
/// </summary>
internal sealed class BlockSource(IReadOnlyList<LogFile> files, int longestLine = BlockSource.LongestLine) : IDisposable
{
    /// <summary>Bytes that are read at a time.</summary>
    internal const int BlockBytes = 1 << 18;

    /// <summary>Longest line: a table of thousands of completions is tens of megabytes.</summary>
    internal const int LongestLine = 1 << 27;

    private readonly Lock _lock = new();
    private Stream? _stream;
    private PlacedLines? _placed;
    private byte[] _rest = new byte[BlockBytes];
    private int _restLength;
    private int _file = -1;
    private bool _startsFile;
    private long _blocks;

    /// <summary>Fills the next block; false when all files are read.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read, or a line is too long.</exception>
    internal bool Next(TextBlock block)
    {
        PlacedLines? placed;
        long place;
        lock (_lock)
        {
            do
            {
                if (_stream is null && _placed is null && !OpenNext())
                {
                    return false;
                }
            }
            while (!Assign(block, out placed, out place));

            block.Number = _blocks++;
            block.File = files[_file];
            block.StartsFile = _startsFile;
            _startsFile = false;
        }

        placed?.Fill(block, place);
        return true;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _placed?.Release();
    }

    // A block of the file that is open, its text or its place; false at the file's end.
    private bool Assign(TextBlock block, out PlacedLines? placed, out long place)
    {
        (placed, place) = (_placed, 0);
        if (placed is null)
        {
            return Fill(block);
        }

        if (!placed.Next(out place))
        {
            placed.Release();
            _placed = null;
            return false;
        }

        return true;
    }

    internal static InvalidDataException TooLong(string path, int longestLine) => RecordError.In(
        path, $"a line is longer than {longestLine >> 20} MiB, expected one JSON object a line", "check that this is a JSON Lines file");

    private bool OpenNext()
    {
        if (_file + 1 >= files.Count)
        {
            return false;
        }

        string path = files[++_file].Path;
        _stream = TextStream.Open(path);
        _startsFile = true;
        if (_stream is FileStream { CanSeek: true } file && file.Length > BlockBytes)
        {
            (_placed, _stream) = (new PlacedLines(file, path, longestLine), null);
        }

        return true;
    }

    // Takes what was left of a line, and reads until there is the end of one.
    private bool Fill(TextBlock block)
    {
        if (block.Buffer.Length < _restLength + BlockBytes)
        {
            block.Buffer = new byte[_restLength + BlockBytes];
        }

        _rest.AsSpan(0, _restLength).CopyTo(block.Buffer);
        int length = _restLength;
        _restLength = 0;
        while (true)
        {
            if (length + BlockBytes > block.Buffer.Length)
            {
                Array.Resize(ref block.Buffer, Math.Min(2 * block.Buffer.Length, longestLine + (2 * BlockBytes)));
            }

            int read = TextStream.Read(_stream!, block.Buffer.AsSpan(length, BlockBytes), files[_file].Path);
            if (read == 0)
            {
                _stream!.Dispose();
                _stream = null;
                (block.Start, block.End) = (0, length);
                return length > 0;
            }

            int feed = block.Buffer.AsSpan(length, read).LastIndexOf((byte)'\n');
            length += read;
            if (feed >= 0)
            {
                (block.Start, block.End) = (0, length - read + feed + 1);
                Keep(block.Buffer.AsSpan(block.End, length - block.End));
                return true;
            }

            if (length > longestLine)
            {
                throw TooLong(files[_file].Path, longestLine);
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_rest.Length < rest.Length)
        {
            _rest = new byte[rest.Length];
        }

        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }
}
