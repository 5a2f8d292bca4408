using System.Text;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>Every character in lower case, whatever stands around it and whatever the language.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    private const char CapitalWithDot = '\u0130';

    internal override double Growth => 2;

    internal override MappedText Apply(MappedText text)
    {
        string value = text.Text;
        var builder = new MappedText.Builder(text);
        Span<char> lower = stackalloc char[2];
        for (int start = 0, end; start < value.Length; start = end)
        {
            Rune.DecodeFromUtf16(value.AsSpan(start), out Rune rune, out int length);
            end = start + length;
            Rune changed = Rune.ToLowerInvariant(rune);
            if (value[start] == CapitalWithDot)
            {
                // The one character whose lower case is two.
                builder.Replace(start, end, "i\u0307");
            }
            else if (changed == rune)
            {
                builder.Keep(start, end);
            }
            else
            {
                builder.Replace(start, end, lower[..changed.EncodeToUtf16(lower)]);
            }
        }
        return builder.Build();
    }
}
