using System.Buffers;

namespace Hone.Records.Lines;

/// <summary>
/// Turns what Python's json module writes, and strict JSON does not know, into strict JSON: bare NaN, Infinity and
/// -Infinity become quoted, and an escaped half of a surrogate pair becomes the replacement character.
/// </summary>
internal static class PythonJson
{
    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    /// <summary>Whether the line may hold an escaped half of a surrogate pair. Only then is a repair worth its
    /// pass.</summary>
    internal static bool MayHaveSurrogates(ReadOnlySpan<byte> line) =>
        line.IndexOf("\\ud"u8) >= 0 || line.IndexOf("\\uD"u8) >= 0;

    internal static void Repair(ReadOnlySpan<byte> line, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        int at = 0;
        while (at < line.Length)
        {
            int plain = line[at..].IndexOfAny("\"NI-"u8);
            if (plain < 0)
            {
                break;
            }

            output.Write(line.Slice(at, plain));
            at += plain;
            at += line[at] == (byte)'"' ? CopyString(line[at..], output) : CopyNumber(line[at..], output);
        }

        output.Write(line[at..]);
    }

    private static int CopyNumber(ReadOnlySpan<byte> rest, ArrayBufferWriter<byte> output)
    {
        int length = Starts(rest, "-Infinity"u8) ? 9 : Starts(rest, "Infinity"u8) ? 8 : Starts(rest, "NaN"u8) ? 3 : 0;
        if (length == 0)
        {
            output.Write(rest[..1]);
            return 1;
        }

        output.Write("\""u8);
        output.Write(rest[..length]);
        output.Write("\""u8);
        return length;
    }

    // 'NaNs' is no number: what follows must end a JSON value.
    private static bool Starts(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> word) =>
        rest.StartsWith(word) && (rest.Length == word.Length || " \t,]}"u8.Contains(rest[word.Length]));

    /// <summary>Copies the string that opens at the first byte, and returns the bytes read.</summary>
    private static int CopyString(ReadOnlySpan<byte> rest, ArrayBufferWriter<byte> output)
    {
        int from = 0;
        int at = 1;
        while (at < rest.Length && rest[at] != (byte)'"')
        {
            if (rest[at] != (byte)'\\')
            {
                int next = rest[at..].IndexOfAny((byte)'"', (byte)'\\');
                at = next < 0 ? rest.Length : at + next;
                continue;
            }

            char unit = EscapedUnit(rest[at..]);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(EscapedUnit(rest[(at + 6)..])))
            {
                at += 12;
            }
            else if (char.IsSurrogate(unit))
            {
                output.Write(rest[from..at]);
                output.Write(Replacement);
                at += 6;
                from = at;
            }
            else
            {
                at += 2;
            }
        }

        int end = Math.Min(at + 1, rest.Length);
        output.Write(rest[from..end]);
        return end;
    }

    /// <summary>The UTF-16 unit of a \uXXXX escape at the start; '\0' where there is none.</summary>
    private static char EscapedUnit(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 6 || rest[0] != (byte)'\\' || rest[1] != (byte)'u')
        {
            return '\0';
        }

        int unit = 0;
        foreach (byte digit in rest.Slice(2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return '\0';
            }

            unit = (unit << 4) | Convert.ToInt32(((char)digit).ToString(), 16);
        }

        return (char)unit;
    }
}
