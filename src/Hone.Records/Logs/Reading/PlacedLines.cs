using Hone.Records.Lines;

namespace Hone.Records.Logs.Reading;

/// <summary>
/// A large plain file whose blocks several threads read at once. A line belongs to the block that its first byte lies in, so that no
/// block needs to know how the one before ended.
/// </summary>
internal sealed class PlacedLines
{
    // A line that goes on behind its block is read to its end in pieces of this size at first.
    private const int FirstPiece = 1 << 13;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly int _longestLine;
    private readonly long _begin;
    private readonly long _length;
    private long _next;

    // This one, until all blocks are given out, and each block that is being read.
    private int _users = 1;

    /// <param name="file">The file, at the first byte of its text; closed once its last block has been read.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="longestLine">Bytes of a line that is refused for its length.</param>
    internal PlacedLines(FileStream file, string path, int longestLine)
    {
        (_file, _path, _longestLine) = (file, path, longestLine);
        (_begin, _length) = (file.Position, file.Length);
        _next = _begin;
    }

    /// <summary>Gives out the place of the next block; false where there is none. One call at a time.</summary>
    internal bool Next(out long place)
    {
        place = _next;
        if (place >= _length)
        {
            return false;
        }

        _next += BlockSource.BlockBytes;
        Interlocked.Increment(ref _users);
        return true;
    }

    /// <summary>Reads the lines of a block, none where one long line goes through all of it. What a writer adds meanwhile comes with
    /// the last block if it ends a line.</summary>
    internal void Fill(TextBlock block, long place)
    {
        try
        {
            // The byte before the block tells whether a line begins with it.
            int ahead = place > _begin ? 1 : 0;
            int whole = ahead + BlockSource.BlockBytes;
            int length = Read(block, 0, place - ahead, whole);
            int feed = ahead == 0 ? -1 : block.Buffer.AsSpan(0, Math.Min(length, whole - 1)).IndexOf((byte)'\n');
            block.Start = feed + 1;
            if (ahead == 1 && feed < 0)
            {
                block.End = block.Start;
            }
            else
            {
                block.End = length < whole ? length : LineEnd(block, place - ahead, length);
            }
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Lets go of the file, once all blocks are given out or no more are wanted.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _file.Dispose();
        }
    }

    // Where the line ends that holds the block's last byte.
    private int LineEnd(TextBlock block, long offset, int length)
    {
        if (block.Buffer[length - 1] == (byte)'\n')
        {
            return length;
        }

        for (int piece = FirstPiece; ; piece = Math.Min(2 * piece, 1 << 24))
        {
            int read = Read(block, length, offset + length, piece);
            int feed = block.Buffer.AsSpan(length, read).IndexOf((byte)'\n');
            if (feed >= 0 || read < piece)
            {
                return feed >= 0 ? length + feed + 1 : length + read;
            }

            length += read;
            if (length - block.Start > _longestLine + BlockSource.BlockBytes)
            {
                throw BlockSource.TooLong(_path, _longestLine);
            }
        }
    }

    // Fewer bytes than asked for at the end of the file alone.
    private int Read(TextBlock block, int at, long offset, int count)
    {
        if (block.Buffer.Length < at + count)
        {
            Array.Resize(ref block.Buffer, Math.Max(at + count, Math.Min(2 * block.Buffer.Length, _longestLine)));
        }

        int read = 0;
        try
        {
            for (int now = -1; read < count && now != 0; read += now)
            {
                now = RandomAccess.Read(_file.SafeFileHandle, block.Buffer.AsSpan(at + read, count - read), offset + read);
            }
        }
        catch (IOException error)
        {
            throw TextStream.CannotGoOn(_path, error);
        }

        return read;
    }
}
