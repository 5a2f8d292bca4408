using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Records.Logs.Json;

/// <summary>
/// Finds where JSON values end, at the speed of memory: prompts and completions are most of a log's bytes and are never decoded.
/// Strings that are only skipped are not checked for valid UTF-8 or escapes.
/// </summary>
internal static class JsonScan
{
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r"u8);
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"[]{}"u8);

    /// <summary>Index of the quote that closes the string whose opening quote is at <paramref name="open"/>.</summary>
    /// <returns>-1 where the text ends first.</returns>
    internal static int StringEnd(ReadOnlySpan<byte> json, int open)
    {
        int at = open + 1;
        ulong escapedFirst = 0; // whether the byte at 'at' is escaped by the one before it
        if (Vector256.IsHardwareAccelerated)
        {
            ref byte start = ref MemoryMarshal.GetReference(json);
            for (; at <= json.Length - 64; at += 64)
            {
                var low = Vector256.LoadUnsafe(ref start, (nuint)at);
                var high = Vector256.LoadUnsafe(ref start, (nuint)at + 32);
                ulong quotes = Equal(low, high, (byte)'"');
                ulong backslashes = Equal(low, high, (byte)'\\');
                if ((backslashes | escapedFirst) != 0)
                {
                    quotes &= ~Escaped(backslashes, ref escapedFirst);
                }

                if (quotes != 0)
                {
                    return at + BitOperations.TrailingZeroCount(quotes);
                }
            }
        }

        at += (int)escapedFirst;
        while (at < json.Length)
        {
            int next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (json[at] == (byte)'"')
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }

    /// <summary>Index behind the value that starts at <paramref name="start"/>.</summary>
    /// <returns>-1 where the text ends first; -2 where no value starts here.</returns>
    internal static int ValueEnd(ReadOnlySpan<byte> json, int start)
    {
        if (start >= json.Length)
        {
            return -1;
        }

        switch (json[start])
        {
            case (byte)'"':
                return StringEnd(json, start) is var end and >= 0 ? end + 1 : -1;
            case (byte)'{' or (byte)'[':
                return ContainerEnd(json, start);
            default:
                int length = json[start..].IndexOfAny(ScalarEnds);
                int until = length < 0 ? json.Length : start + length;
                return IsScalar(json[start..until]) ? until : -2;
        }
    }

    /// <summary>Index of the first byte at or behind <paramref name="at"/> that is not a blank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int SkipBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            at++;
        }

        return at;
    }

    private static int ContainerEnd(ReadOnlySpan<byte> json, int start)
    {
        int depth = 0;
        int at = start;
        while (true)
        {
            int next = json[at..].IndexOfAny(Brackets);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            switch (json[at])
            {
                case (byte)'"':
                    at = StringEnd(json, at);
                    if (at < 0)
                    {
                        return -1;
                    }

                    break;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                default:
                    if (--depth == 0)
                    {
                        return at + 1;
                    }

                    break;
            }

            at++;
        }
    }

    // Numbers, the three words, and Python's NaN and Infinity; numbers are checked in full when they are read.
    private static bool IsScalar(ReadOnlySpan<byte> text) => !text.IsEmpty && (text[0] switch
    {
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => true,
        (byte)'t' => text.SequenceEqual("true"u8),
        (byte)'f' => text.SequenceEqual("false"u8),
        (byte)'n' => text.SequenceEqual("null"u8),
        (byte)'N' => text.SequenceEqual("NaN"u8),
        (byte)'I' => text.SequenceEqual("Infinity"u8),
        _ => false,
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << 32);

    /// <summary>
    /// The bytes of a block that a backslash escapes, from the backslashes alone: in a run of them every second byte, which adding
    /// the starts of runs at odd places to the runs finds without a loop (Langdale and Lemire, arXiv 1902.08318, section 3.1.1).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Escaped(ulong backslashes, ref ulong escapedFirst)
    {
        const ulong Even = 0x5555555555555555;
        backslashes &= ~escapedFirst;
        ulong followsBackslash = (backslashes << 1) | escapedFirst;
        ulong oddStarts = backslashes & ~Even & ~followsBackslash;
        ulong sum = oddStarts + backslashes;
        escapedFirst = sum < oddStarts ? 1UL : 0UL;
        return (Even ^ (sum << 1)) & followsBackslash;
    }
}
