using System.Buffers.Binary;
using System.Text;

namespace Hone.Mutation;

/// <summary>Makes damaged and hostile files of a sound one. The same file, seed and number always give the same cases.</summary>
internal static class Mutator
{
    private const int DeepNesting = 10_000;
    private const int LongText = 100_000;

    private static readonly byte[] Substitutes = [0x00, 0xff, .. "\"{}[]:,9-\n\\ e("u8];

    private static readonly string[] Numbers =
    [
        "0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e999", "-1e999", "1e-999",
        "999999999999999999999999999999999999999", "0.00000000000000000000000000000000001", "NaN", "Infinity", "1.5", "0x10", "00",
    ];

    // Overlong, half a surrogate pair, beyond Unicode, cut, a lone continuation; then the same as JSON writes it, NUL and marks.
    private static readonly byte[][] Texts =
    [
        [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80], [.. @"\ud800"u8], [.. @"\udc00\ud800"u8], [.. @"\u0000"u8],
        [.. "\uFEFF"u8], [.. "\u202e\u2028"u8], [.. "\u001b]8;;x\u0007"u8], [.. "null"u8], [.. "true"u8], [.. "{}"u8], [.. "[]"u8], [.. "\"\""u8],
    ];

    /// <summary>The cases, at most as many as asked for; kinds take turns, so that a few hundred have all of them.</summary>
    /// <param name="sound">A file that its parser reads; not empty.</param>
    /// <param name="count">Most cases.</param>
    /// <param name="seed">Decides places and values where there are more than asked for.</param>
    /// <param name="words">What else means something to the parser, to be inserted.</param>
    internal static IEnumerable<MutationCase> Cases(byte[] sound, int count, int seed, params string[] words)
    {
        var random = new Random(seed);
        int[] structure = [.. Enumerable.Range(0, sound.Length).Where(at => IsStructure(sound[at]))];
        int made = 0;
        foreach (MutationCase extreme in Extremes(sound, structure, random))
        {
            if (made++ < count)
            {
                yield return extreme;
            }
        }

        // Of the cuts at structural places as many as fit into a quarter of the cases, spread over the file.
        int cuts = Math.Min(structure.Length, count / 4);
        for (int i = 0; i < cuts && made < count; i++, made++)
        {
            int at = structure[(int)((long)i * structure.Length / cuts)];
            yield return new("cut", at, sound[..(at + (i % 2))]);
        }

        for (; made < count; made++)
        {
            yield return Single(sound, structure, words, made % 8, random);
        }
    }

    private static MutationCase Single(byte[] sound, int[] structure, string[] words, int kind, Random random)
    {
        int at = kind % 2 == 0 && structure.Length > 0 ? structure[random.Next(structure.Length)] : random.Next(sound.Length);
        int length = random.Next(1, Math.Min(40, sound.Length - at) + 1);
        byte[] span = sound[at..(at + length)];
        int other = random.Next(sound.Length + 1);
        return kind switch
        {
            0 or 1 => new("byte", at, Replaced(sound, at, 1, [Substitutes[random.Next(Substitutes.Length)]])),
            2 => new("bit", at, Replaced(sound, at, 1, [(byte)(sound[at] ^ (1 << random.Next(8)))])),
            3 => new("removed", at, Replaced(sound, at, length, [])),
            4 => new("repeated", at, Replaced(sound, other, 0, span)),
            5 => new("moved", at, Replaced(Replaced(sound, at, length, []), Math.Min(other, sound.Length - length), 0, span)),
            6 when words.Length > 0 => new("word", at, Replaced(sound, at, 0, Encoding.UTF8.GetBytes(words[random.Next(words.Length)]))),
            6 => new("text", at, Replaced(sound, at, 0, Texts[random.Next(Texts.Length)])),
            _ => random.Next(2) == 0 ? Number(sound, random) : new("text", at, Replaced(sound, at, random.Next(2), Texts[random.Next(Texts.Length)])),
        };
    }

    /// <summary>Nothing at all, deep nesting, long texts and numbers, each in a few places.</summary>
    private static IEnumerable<MutationCase> Extremes(byte[] sound, int[] structure, Random random)
    {
        yield return new("empty", 0, []);
        yield return new("blank", 0, [.. "  \n\n"u8]);
        yield return new("zeros", 0, new byte[sound.Length]);
        int[] places = [0, sound.Length, .. Enumerable.Range(0, 6).Select(_ => structure.Length == 0 ? random.Next(sound.Length) : structure[random.Next(structure.Length)] + 1)];
        string[] openings = ["[", "{\"a\":", "(", "{", "- ", "\\frac{", "{% if a %}", "not ", "-"];
        foreach (string opening in openings)
        {
            byte[] deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(opening, DeepNesting)));
            int at = places[random.Next(places.Length)];
            yield return new("nested " + opening, at, Replaced(sound, at, 0, deep));
            yield return new("nested alone " + opening, 0, deep);
        }

        foreach (int at in places)
        {
            yield return new("long text", at, Replaced(sound, at, 0, Encoding.UTF8.GetBytes(new string('a', LongText))));
            yield return new("long number", at, Replaced(sound, at, 0, Encoding.UTF8.GetBytes(new string('9', LongText))));
            yield return new("balanced", at, Replaced(sound, at, 0, Encoding.UTF8.GetBytes(new string('[', DeepNesting) + new string(']', DeepNesting))));
        }
    }

    /// <summary>A number another one: where it is written in digits, or eight or four bytes somewhere.</summary>
    private static MutationCase Number(byte[] sound, Random random)
    {
        int at = random.Next(sound.Length);
        int digits = sound.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digits >= 0 && random.Next(4) > 0)
        {
            int start = at + digits, length = 1;
            while (start + length < sound.Length && char.IsAsciiDigit((char)sound[start + length]))
            {
                length++;
            }

            return new("number", start, Replaced(sound, start, length, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)])));
        }

        byte[] changed = [.. sound];
        long value = random.Next(4) switch { 0 => long.MaxValue, 1 => -1, 2 => 1L << random.Next(63), _ => 0 };
        byte[] binary = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(binary, value);
        int width = Math.Min(random.Next(2) == 0 ? 4 : 8, changed.Length - at);
        binary.AsSpan(0, width).CopyTo(changed.AsSpan(at));
        return new("binary number", at, changed);
    }

    private static byte[] Replaced(byte[] sound, int at, int length, byte[] by) => [.. sound.AsSpan(0, at), .. by, .. sound.AsSpan(at + length)];

    private static bool IsStructure(byte value) => "{}[]()<>:,\"'%|=#\\\n\t-"u8.Contains(value) || value == 0;
}
