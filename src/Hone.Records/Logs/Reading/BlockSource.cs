using Hone.Records.Lines;

namespace Hone.Records.Logs.Reading;

/// <summary>
/// Hands out the lines of some files, plain or gzip, in blocks that fit a core's cache. Several threads may ask; each block ends at
/// the end of a line or of a file.
/// </summary>
internal sealed class BlockSource(IReadOnlyList<LogFile> files, int longestLine = BlockSource.LongestLine) : IDisposable
{
    /// <summary>Bytes that are read at a time.</summary>
    internal const int BlockBytes = 1 << 18;

    /// <summary>Longest line: a table of thousands of completions is tens of megabytes.</summary>
    internal const int LongestLine = 1 << 27;

    private readonly Lock _lock = new();
    private Stream? _stream;
    private byte[] _rest = new byte[BlockBytes];
    private int _restLength;
    private int _file = -1;
    private bool _startsFile;
    private long _blocks;

    /// <summary>Fills the next block; false when all files are read.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read, or a line is too long.</exception>
    internal bool Next(TextBlock block)
    {
        lock (_lock)
        {
            while (_stream is not null || OpenNext())
            {
                if (Fill(block))
                {
                    block.Number = _blocks++;
                    block.File = files[_file];
                    block.StartsFile = _startsFile;
                    _startsFile = false;
                    return true;
                }
            }

            return false;
        }
    }

    public void Dispose() => _stream?.Dispose();

    private bool OpenNext()
    {
        if (_file + 1 >= files.Count)
        {
            return false;
        }

        _stream = TextStream.Open(files[++_file].Path);
        _startsFile = true;
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
                block.Length = length;
                return length > 0;
            }

            int feed = block.Buffer.AsSpan(length, read).LastIndexOf((byte)'\n');
            length += read;
            if (feed >= 0)
            {
                block.Length = length - read + feed + 1;
                Keep(block.Buffer.AsSpan(block.Length, length - block.Length));
                return true;
            }

            if (length > longestLine)
            {
                throw RecordError.In(files[_file].Path, $"a line is longer than {longestLine >> 20} MiB, expected one JSON object a line",
                    "check that this is a JSON Lines file");
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
