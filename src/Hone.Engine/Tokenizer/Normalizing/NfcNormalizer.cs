using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>Unicode normalisation form C.</summary>
internal sealed class NfcNormalizer : Normalizer
{
    /// <summary>Makes one, if this process can normalise at all.</summary>
    /// <exception cref="PlatformNotSupportedException">Globalisation is invariant: text would stay as it is.</exception>
    internal static NfcNormalizer Create()
    {
        return "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9"
            ? new NfcNormalizer()
            : throw new PlatformNotSupportedException(
                "This tokenizer needs Unicode normalisation, which InvariantGlobalization switches off.");
    }

    internal override MappedText Apply(MappedText text)
    {
        string value = text.Text;
        if (Ascii.IsValid(value))
        {
            return text;
        }
        // Normalisation never reaches across the beginning of a segment, so the chars of each can be told apart.
        MappedText.Builder? builder = null;
        int kept = 0;
        for (int start = 0, end; start < value.Length; start = end)
        {
            end = EndOfSegment(value, start, out bool valid);
            ReadOnlySpan<char> segment = value.AsSpan(start, end - start);
            if (!valid || Ascii.IsValid(segment))
            {
                continue;
            }
            string before = segment.ToString();
            string after = before.Normalize(NormalizationForm.FormC);
            if (after != before)
            {
                builder ??= new MappedText.Builder(text);
                builder.Keep(kept, start);
                builder.Replace(start, end, after);
                kept = end;
            }
        }
        if (builder is null)
        {
            return text;
        }
        builder.Keep(kept, value.Length);
        return builder.Build();
    }

    /// <summary>A code point and all behind it that might combine; invalid is half a surrogate pair, alone.</summary>
    private static int EndOfSegment(string text, int start, out bool valid)
    {
        valid = Rune.DecodeFromUtf16(text.AsSpan(start), out _, out int length) == OperationStatus.Done;
        int end = start + length;
        while (valid && end < text.Length
            && Rune.DecodeFromUtf16(text.AsSpan(end), out Rune rune, out length) == OperationStatus.Done
            && MayCombine(rune))
        {
            end += length;
        }
        return end;
    }

    /// <summary>
    /// Marks, the later jamo of Hangul syllables, and the vowel signs of Kirat Rai, which are letters.
    /// </summary>
    private static bool MayCombine(Rune rune)
    {
        return rune.Value >= 0x300
            && (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.EnclosingMark
                || rune.Value is (>= 0x1160 and <= 0x11FF) or (>= 0x16D63 and <= 0x16D6A));
    }
}
