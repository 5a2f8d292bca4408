using System.Globalization;
using System.Numerics;

namespace Hone.Training.Rewards;

/// <summary>A written number as a ratio of integers, not reduced; the denominator is not 0.</summary>
internal readonly record struct ExactNumber(BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>Longer text is not read as a number, so that a runaway completion costs nothing.</summary>
    internal const int LongestText = 1000;

    private const int LargestExponent = 999;

    internal bool IsSameAs(ExactNumber other) => Numerator * other.Denominator == other.Numerator * Denominator;

    /// <summary>Reads integers, decimals, a/b and \frac{a}{b}, with noise around them;
    /// false for anything else.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out ExactNumber number)
    {
        number = default;
        if (text.Length > LongestText)
        {
            return false;
        }

        ReadOnlySpan<char> body = WithoutLeadingNoise(WithoutTrailingNoise(text));
        bool negative = TakeSign(ref body);
        body = WithoutLeadingNoise(body);

        ExactNumber value;
        if (NumberText.LatexFractionLength(body, out Range top, out Range bottom) is > 0 and int length)
        {
            if (length != body.Length || !TryParseRatio(body[top], body[bottom], out value))
            {
                return false;
            }
        }
        else
        {
            // The numerator's sign has been taken: another one is no number.
            int slash = !body.IsEmpty && NumberText.IsSign(body[0]) ? -1 : body.IndexOf('/');
            bool parsed = slash < 0
                ? TryParseDecimal(body, out value)
                : TryParseRatio(body[..slash].TrimEnd(), body[(slash + 1)..].TrimStart(), out value);
            if (!parsed)
            {
                return false;
            }
        }

        number = negative ? value with { Numerator = -value.Numerator } : value;
        return true;
    }

    private static bool TryParseRatio(ReadOnlySpan<char> top, ReadOnlySpan<char> bottom, out ExactNumber number)
    {
        number = default;
        bool negative = TakeSign(ref top) ^ TakeSign(ref bottom);
        if (!TryParseDecimal(top, out ExactNumber a)
            || !TryParseDecimal(bottom, out ExactNumber b)
            || b.Numerator.IsZero)
        {
            return false;
        }

        BigInteger numerator = a.Numerator * b.Denominator;
        number = new ExactNumber(negative ? -numerator : numerator, a.Denominator * b.Numerator);
        return true;
    }

    private static bool TryParseDecimal(ReadOnlySpan<char> text, out ExactNumber number)
    {
        number = default;
        if (text.IsEmpty || NumberText.DecimalLength(text) != text.Length)
        {
            return false;
        }

        int exponent = 0;
        int mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            ReadOnlySpan<char> power = text[(mark + 1)..];
            if (!int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || exponent is > LargestExponent or < -LargestExponent)
            {
                return false;
            }

            text = text[..mark];
        }

        int point = text.IndexOf('.');
        Span<char> digits = stackalloc char[LongestText];
        int count = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits[count++] = c;
            }
        }

        int places = (point < 0 ? 0 : text.Length - point - 1) - exponent;
        BigInteger unscaled = BigInteger.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture);
        BigInteger scale = BigInteger.Pow(10, Math.Abs(places));
        number = places > 0 ? new ExactNumber(unscaled, scale) : new ExactNumber(unscaled * scale, BigInteger.One);
        return true;
    }

    private static bool TakeSign(ref ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !NumberText.IsSign(text[0]))
        {
            return false;
        }

        bool negative = text[0] != '+';
        text = text[1..];
        return negative;
    }

    private static ReadOnlySpan<char> WithoutLeadingNoise(ReadOnlySpan<char> text)
    {
        while (true)
        {
            text = text.TrimStart();
            int noise = text.StartsWith("$", StringComparison.Ordinal) ? 1
                : text.StartsWith(@"\$", StringComparison.Ordinal) ? 2
                : 0;
            if (noise == 0)
            {
                return text;
            }

            text = text[noise..];
        }
    }

    private static ReadOnlySpan<char> WithoutTrailingNoise(ReadOnlySpan<char> text)
    {
        bool period = false;
        while (true)
        {
            text = text.TrimEnd();
            if (text.IsEmpty || text[^1] is not ('$' or '%' or '.') || (text[^1] == '.' && period))
            {
                return text;
            }

            period |= text[^1] == '.';
            int noise = text[^1] != '.' && text.Length > 1 && text[^2] == '\\' ? 2 : 1;
            text = text[..^noise];
        }
    }
}
