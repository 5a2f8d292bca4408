using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hone.Records.Pickles;

/// <summary>
/// The bytes of a pickle, read piece by piece. A length that the pickle claims is checked against what is left before
/// anything of that size is made.
/// </summary>
internal sealed class PickleInput(Stream stream, long length)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _next;
    private int _end;
    private long _bufferStart;

    /// <summary>Place of the next byte.</summary>
    internal long Position => _bufferStart + _next;

    /// <summary>How many bytes there are.</summary>
    internal long Length => length;

    private long Left => length - Position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte Byte()
    {
        if (_next == _end)
        {
            Fill(1);
        }

        return _buffer[_next++];
    }

    /// <summary>The next few bytes, valid until the next read.</summary>
    /// <param name="count">No more than the buffer holds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _next < count)
        {
            Fill(count);
        }

        _next += count;
        return _buffer.AsSpan(_next - count, count);
    }

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A run of bytes of its own.</summary>
    internal byte[] Bytes(ulong count, PickleBudget budget)
    {
        RequireLeft(count);
        if (count > (ulong)Array.MaxLength)
        {
            throw PickleException.Damaged($"holds {count} bytes in one piece, expected 2 GB at most");
        }

        budget.Charge(32 + (long)count);
        byte[] bytes = new byte[count];
        int buffered = Math.Min(bytes.Length, _end - _next);
        _buffer.AsSpan(_next, buffered).CopyTo(bytes);
        _next += buffered;
        int rest = bytes.Length - buffered;
        if (rest > 0)
        {
            int read = stream.ReadAtLeast(bytes.AsSpan(buffered), rest, throwOnEndOfStream: false);
            _bufferStart += _end + read;
            (_next, _end) = (0, 0);
            if (read < rest)
            {
                throw CutOff();
            }
        }

        return bytes;
    }

    /// <summary>A string in UTF-8; Python's lone surrogates become U+FFFD.</summary>
    internal string Text(ulong bytes, PickleBudget budget)
    {
        RequireLeft(bytes);
        if (bytes == 0)
        {
            return "";
        }

        if (bytes > int.MaxValue / 4)
        {
            throw PickleException.Damaged($"holds text of {bytes} bytes in one piece, expected 512 MB at most");
        }

        budget.Charge(32 + (2 * (long)bytes));
        return bytes <= (ulong)_buffer.Length
            ? Encoding.UTF8.GetString(Take((int)bytes))
            : Encoding.UTF8.GetString(Bytes(bytes, budget));
    }

    /// <summary>The bytes up to the next line feed, which is skipped, as Latin-1.</summary>
    internal string Line(PickleBudget budget)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_next == _end)
            {
                Fill(1);
            }

            ReadOnlySpan<byte> rest = _buffer.AsSpan(_next, _end - _next);
            int feed = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = feed < 0 ? rest : rest[..feed];
            budget.Charge(4L * part.Length);
            line.Append(Encoding.Latin1.GetString(part));
            _next += part.Length;
            if (feed >= 0)
            {
                _next++;
                budget.Charge(32);
                return line.ToString();
            }
        }
    }

    internal void RequireLeft(ulong count)
    {
        if (count > (ulong)Left)
        {
            throw PickleException.Damaged($"claims {count} bytes where {Left} are left");
        }
    }

    private PickleException CutOff() => PickleException.Damaged($"is cut off after {Position} of {length} bytes");

    // Moves what is left to the front and reads on.
    private void Fill(int count)
    {
        int kept = _end - _next;
        _buffer.AsSpan(_next, kept).CopyTo(_buffer);
        _bufferStart += _next;
        (_next, _end) = (0, kept);
        int room = (int)Math.Min(_buffer.Length - kept, length - _bufferStart - kept);
        _end += room < count - kept
            ? 0
            : stream.ReadAtLeast(_buffer.AsSpan(kept, room), count - kept, throwOnEndOfStream: false);
        if (_end < count)
        {
            throw CutOff();
        }
    }
}
