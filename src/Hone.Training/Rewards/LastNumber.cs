namespace Hone.Training.Rewards;

/// <summary>Finds the last number of a text.</summary>
internal static class LastNumber
{
    /// <summary>The number with its minus sign, without currency, percent or a
    /// sentence's period; null if there is none.</summary>
    /// <remarks>a/b and \frac{a}{b} are one number; of 1/2/2024 it is 2024. A minus belongs to the number
    /// where nothing that could be subtracted from stands directly before it.</remarks>
    internal static string? In(ReadOnlySpan<char> text)
    {
        int last = -1;
        int lastLength = 0;
        int i = 0;
        while (i < text.Length)
        {
            int length = Length(text, i);
            if (length > 0)
            {
                (last, lastLength) = (i, length);
            }

            i += Math.Max(1, length);
        }

        return last < 0 ? null : (IsNegative(text[..last]) ? "-" : "") + text.Slice(last, lastLength).ToString();
    }

    private static int Length(ReadOnlySpan<char> text, int at)
    {
        char first = text[at];
        if (first == '\\')
        {
            return NumberText.LatexFractionLength(text[at..], out _, out _);
        }

        bool startsNumber = char.IsAsciiDigit(first) || (first == '.' && !(at > 0 && char.IsAsciiDigit(text[at - 1])));
        int length = startsNumber ? NumberText.DecimalLength(text[at..]) : 0;
        if (length == 0 || (at > 0 && text[at - 1] == '/'))
        {
            return length;
        }

        ReadOnlySpan<char> rest = text[(at + length)..];
        int denominator = rest.Length > 1 && rest[0] == '/' ? NumberText.DecimalLength(rest[1..]) : 0;
        return denominator > 0 ? length + 1 + denominator : length;
    }

    private static bool IsNegative(ReadOnlySpan<char> before)
    {
        if (before.EndsWith("$", StringComparison.Ordinal))
        {
            before = before[..^1];
            before = before.EndsWith("\\", StringComparison.Ordinal) ? before[..^1] : before;
        }

        if (before.IsEmpty || before[^1] is not ('-' or NumberText.UnicodeMinus))
        {
            return false;
        }

        char previous = before.Length > 1 ? before[^2] : ' ';
        return !char.IsLetterOrDigit(previous) && previous is not (')' or ']' or '}' or '%' or '.' or '-');
    }
}
