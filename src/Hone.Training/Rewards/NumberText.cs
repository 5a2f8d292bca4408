namespace Hone.Training.Rewards;

/// <summary>The grammar of written numbers, shared by finding them and comparing them.</summary>
internal static class NumberText
{
    internal const char UnicodeMinus = '\u2212';

    internal static bool IsSign(char c) => c is '-' or '+' or UnicodeMinus;

    /// <summary>Length of the decimal that the text starts with, 0 if none: 12, 1,234.5, .5, 1.5e-3; no sign.</summary>
    /// <remarks>A comma is a thousands separator only between whole groups of three, and not after a leading 0: the
    /// "0,123" of half the world is a fraction.</remarks>
    internal static int DecimalLength(ReadOnlySpan<char> text)
    {
        int whole = DigitsLength(text);
        int length = whole;
        if (whole is >= 1 and <= 3 && text[0] != '0')
        {
            while (length < text.Length && text[length] == ',' && DigitsLength(text[(length + 1)..], atMost: 4) == 3)
            {
                length += 4;
            }
        }

        if (length < text.Length && text[length] == '.')
        {
            int places = DigitsLength(text[(length + 1)..]);
            length += places > 0 ? 1 + places : 0;
        }

        return length == 0 ? 0 : length + ExponentLength(text[length..]);
    }

    /// <summary>Length of <c>\frac{a}{b}</c> (or dfrac, tfrac) of two numbers at the
    /// start of the text, 0 if none.</summary>
    internal static int LatexFractionLength(ReadOnlySpan<char> text, out Range numerator, out Range denominator)
    {
        numerator = denominator = default;
        int name = text.StartsWith(@"\frac", StringComparison.Ordinal) ? 5
            : text.StartsWith(@"\dfrac", StringComparison.Ordinal) ? 6
            : text.StartsWith(@"\tfrac", StringComparison.Ordinal) ? 6
            : 0;
        if (name == 0)
        {
            return 0;
        }

        int first = BracedLength(text[name..]);
        int second = first == 0 ? 0 : BracedLength(text[(name + first)..]);
        if (second == 0)
        {
            return 0;
        }

        numerator = (name + 1)..(name + first - 1);
        denominator = (name + first + 1)..(name + first + second - 1);
        return name + first + second;
    }

    /// <summary>Length of "{number}" with an optional sign inside.</summary>
    private static int BracedLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] != '{')
        {
            return 0;
        }

        int start = IsSign(text[1]) ? 2 : 1;
        int digits = DecimalLength(text[start..]);
        int end = start + digits;
        return digits > 0 && end < text.Length && text[end] == '}' ? end + 1 : 0;
    }

    private static int ExponentLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] is not ('e' or 'E'))
        {
            return 0;
        }

        int start = text[1] is '-' or '+' ? 2 : 1;
        int digits = DigitsLength(text[start..]);
        return digits == 0 ? 0 : start + digits;
    }

    private static int DigitsLength(ReadOnlySpan<char> text, int atMost = int.MaxValue)
    {
        int length = 0;
        while (length < text.Length && length < atMost && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        return length;
    }
}
