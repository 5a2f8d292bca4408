using System.Buffers;
using System.Text;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>Unicode normalisation form C. Half a surrogate pair stays, and nothing joins it.</summary>
internal sealed class NfcNormalizer : Normalizer
{
    // The longest canonical decomposition that is not made again: U+FB2C and its like.
    internal override double Growth => 3;

    internal override MappedText Apply(MappedText text)
    {
        string value = text.Text;
        if (value.AsSpan().IndexOfAnyExceptInRange('\0', (char)(CanonicalForms.FirstOfInterest - 1)) < 0)
        {
            return text;
        }
        // Normalisation never reaches across the beginning of a segment, so the chars of each can be told apart.
        MappedText.Builder? builder = null;
        int kept = 0;
        for (int start = 0, end; start < value.Length; start = end)
        {
            end = EndOfSegment(value, start, out bool mayChange);
            if (!mayChange)
            {
                continue;
            }
            ReadOnlySpan<char> segment = value.AsSpan(start, end - start);
            string after = CanonicalForms.Compose(segment);
            if (!segment.SequenceEqual(after))
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

    /// <summary>A code point and all behind it that join it.</summary>
    private static int EndOfSegment(string text, int start, out bool mayChange)
    {
        mayChange = false;
        if (Rune.DecodeFromUtf16(text.AsSpan(start), out Rune rune, out int length) != OperationStatus.Done)
        {
            return start + length;
        }
        mayChange = CanonicalForms.FallsApart(rune.Value);
        int end = start + length;
        while (end < text.Length && text[end] >= CanonicalForms.FirstOfInterest
            && Rune.DecodeFromUtf16(text.AsSpan(end), out rune, out length) == OperationStatus.Done
            && CanonicalForms.Joins(rune.Value))
        {
            mayChange = true;
            end += length;
        }
        return end;
    }
}
