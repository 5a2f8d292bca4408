namespace Hone.Records.Lines;

/// <summary>Given one line of a file.</summary>
/// <param name="line">The line without its line feed and surrounding blanks; not empty.</param>
/// <param name="offset">Where it begins, in bytes of the uncompressed file.</param>
/// <param name="ended">Whether a line feed followed. A line without one may be half written.</param>
/// <returns>Whether the line is a whole record. A line without its end that is none is given again once there is more of it.</returns>
public delegate bool LineTaker(ReadOnlySpan<byte> line, long offset, bool ended);

/// <summary>
/// Follows a file of lines that another program writes: each look reads what has been added since the last, and a file that was
/// replaced or cut is read again from its start. Memory does not grow with the file, nor with a line beyond the longest. Gzip files
/// are read anew at each change. What is no file, such as a pipe, is not opened and counts as not there.
/// </summary>
/// <param name="path">The file; it need not be there yet.</param>
/// <param name="longestLine">Bytes of the longest line; a longer one is skipped, and counts as no record.</param>
public sealed class LineTail(string path, int longestLine = LineTail.LongestLine)
{
    /// <summary>Bytes of the longest line unless another limit is given.</summary>
    public const int LongestLine = 1 << 26;

    private const int BufferBytes = 1 << 18;
    private const int MarkBytes = 256;
    private byte[] _head = [];
    private byte[] _tail = [];
    private long _length = -1;
    private DateTime _written;

    // Within a line that is too long: what comes next belongs to it.
    private bool _skipping;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Bytes of the uncompressed file that were read: all up to the last whole line.</summary>
    public long End { get; private set; }

    /// <summary>Lines that were no records, or too long, since the file's start.</summary>
    public int BadLines { get; private set; }

    /// <summary>Why the file could not be read to its end at the last look; null where it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <param name="restart">Called before the lines of a file that is another than before, or is gone: what was read of it no
    /// longer counts.</param>
    /// <param name="take">Given each new line.</param>
    /// <param name="cancel">Stops between two pieces; the next look goes on there.</param>
    /// <returns>Whether there was any change.</returns>
    public bool Look(Action restart, LineTaker take, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(restart);
        ArgumentNullException.ThrowIfNull(take);
        var info = new FileInfo(path);
        (long length, DateTime written) = info.Exists ? (info.Length, info.LastWriteTimeUtc) : (-1, default);
        if (length >= 0 && length == _length && written == _written)
        {
            return false;
        }

        if (length < 0 || !RegularFile.Is(path))
        {
            bool wasThere = _length >= 0;
            Forget(wasThere ? restart : null);
            return wasThere;
        }

        try
        {
            using FileStream file = TextStream.OpenFile(path);
            bool compressed = IsGzip(file);
            if (_length >= 0 && (compressed || length <= _length || !GoesOn(file)))
            {
                Forget(restart);
            }

            Problem = null;
            Read(file, compressed, take, cancel);
            (_length, _written) = cancel.IsCancellationRequested ? (End, default) : (length, written);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // What was read before the failure stands; the file is tried again when it changes.
            Problem = error.Message;
            (_length, _written) = (length, written);
        }

        return true;
    }

    /// <summary>Reads some lines again.</summary>
    /// <param name="path">A plain or gzip file.</param>
    /// <param name="places">Offset in the uncompressed file and length of each, by offset.</param>
    /// <param name="take">Given the index of each place and its bytes, as long as the file has them.</param>
    /// <param name="cancel">Stops between two lines.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file cannot be opened, or its gzip is damaged.</exception>
    public static void ReadAt(
        string path, IReadOnlyList<(long Offset, int Length)> places, Action<int, ReadOnlySpan<byte>> take, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(take);
        if (!RegularFile.Is(path))
        {
            throw RecordError.NoFile(path);
        }

        using FileStream file = TextStream.OpenFile(path);
        using BoundedGzip? unpacked = IsGzip(file) ? new BoundedGzip(file) : null;
        byte[] buffer = new byte[BufferBytes];
        for (int i = 0; i < places.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            (long offset, int length) = places[i];
            buffer = buffer.Length < length ? new byte[length] : buffer;
            Span<byte> line = buffer.AsSpan(0, length);
            if (unpacked is null)
            {
                line = line[..RandomAccess.Read(file.SafeFileHandle, line, offset)];
            }
            else
            {
                for (long behind; (behind = offset - unpacked.Position) > 0;)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (unpacked.Read(buffer, 0, (int)Math.Min(behind, buffer.Length)) == 0)
                    {
                        return;
                    }
                }

                line = line[..unpacked.ReadAtLeast(line, length, throwOnEndOfStream: false)];
            }

            take(i, line);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> head = stackalloc byte[2];
        int read = RandomAccess.Read(file.SafeFileHandle, head, 0);
        return read == 2 && head.SequenceEqual((ReadOnlySpan<byte>)[0x1f, 0x8b]);
    }

    private void Forget(Action? restart)
    {
        restart?.Invoke();
        (_length, End, BadLines, Problem, _head, _tail, _skipping) = (-1, 0, 0, null, [], [], false);
    }

    // A file that only grew still begins and goes on as it did.
    private bool GoesOn(FileStream file)
    {
        Span<byte> mark = stackalloc byte[MarkBytes];
        return Same(file, mark[.._head.Length], 0, _head) && Same(file, mark[.._tail.Length], End - _tail.Length, _tail);

        static bool Same(FileStream file, Span<byte> into, long offset, byte[] expected) =>
            RandomAccess.Read(file.SafeFileHandle, into, offset) == expected.Length && into.SequenceEqual(expected);
    }

    private void Read(FileStream file, bool compressed, LineTaker take, CancellationToken cancel)
    {
        file.Position = compressed ? 0 : End;
        using BoundedGzip? unpacked = compressed ? new BoundedGzip(file) : null;
        Stream stream = unpacked is null ? file : unpacked;
        byte[] buffer = new byte[BufferBytes];
        int held = 0;
        while (!cancel.IsCancellationRequested)
        {
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            int read = stream.Read(buffer, held, buffer.Length - held);
            int from = held;
            held += read;
            if (read == 0)
            {
                TakeOpenEnd(buffer.AsSpan(0, held), take);
                break;
            }

            int feed = buffer.AsSpan(from, read).LastIndexOf((byte)'\n');
            if (feed < 0)
            {
                if (held > longestLine || _skipping)
                {
                    (BadLines, _skipping) = (BadLines + (_skipping ? 0 : 1), true);
                    End += held;
                    held = 0;
                }

                continue;
            }

            int whole = from + feed + 1;
            int first = _skipping ? buffer.AsSpan(0, whole).IndexOf((byte)'\n') + 1 : 0;
            End += first;
            TakeLines(buffer.AsSpan(first, whole - first), take);
            _skipping = false;
            buffer.AsSpan(whole, held - whole).CopyTo(buffer);
            held -= whole;
        }

        if (!compressed)
        {
            Remember(file);
        }
    }

    private void TakeLines(ReadOnlySpan<byte> lines, LineTaker take)
    {
        while (!lines.IsEmpty)
        {
            int feed = lines.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = Trim(lines[..feed], out int skipped);
            if (!line.IsEmpty && (line.Length > longestLine || !take(line, End + skipped, true)))
            {
                BadLines++;
            }

            End += feed + 1;
            lines = lines[(feed + 1)..];
        }
    }

    private void TakeOpenEnd(ReadOnlySpan<byte> rest, LineTaker take)
    {
        ReadOnlySpan<byte> line = Trim(rest, out int skipped);
        if (!line.IsEmpty && take(line, End + skipped, false))
        {
            End += rest.Length;
        }
    }

    // Without a byte order mark at the file's start, and without blanks.
    private ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line, out int skipped)
    {
        skipped = End == 0 && line.StartsWith("\uFEFF"u8) ? 3 : 0;
        int blanks = line[skipped..].IndexOfAnyExcept(" \t\r"u8);
        skipped += Math.Max(0, blanks);
        return blanks < 0 ? default : line[skipped..].TrimEnd(" \t\r"u8);
    }

    private void Remember(FileStream file)
    {
        _head = Bytes(file, 0, (int)Math.Min(MarkBytes, End));
        int tail = (int)Math.Min(MarkBytes, End);
        _tail = Bytes(file, End - tail, tail);

        static byte[] Bytes(FileStream file, long offset, int length)
        {
            byte[] bytes = new byte[length];
            return RandomAccess.Read(file.SafeFileHandle, bytes, offset) == length ? bytes : [];
        }
    }
}
