using System.Globalization;
using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>Reads decimals as they are written in LaTeX and in plain text: 1,234.5; 1{,}234; 1\,234; 10,\!080; .5; 1.5e-3;
/// 0.\overline{36}.</summary>
internal static class WrittenNumber
{
    private const int LargestExponent = 999;
    private const string Overline = @"\overline{";
    private static readonly string[] Separators = ["{,}", @",\!", @"\,", @"\!", ","];

    internal static bool IsDigit(string text, int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    /// <summary>Length of the number at a place where a digit, or a point and a digit, stands.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the number starts.</param>
    /// <param name="separators">Whether a bare comma may separate thousands; in brackets it separates items.</param>
    /// <param name="value">The number; undefined where it is too large.</param>
    internal static int Read(string text, int at, bool separators, out Rational value)
    {
        int end = Whole(text, at, separators, out string digits);
        BigInteger scale = BigInteger.One;
        BigInteger repeat = BigInteger.Zero;
        BigInteger repeatScale = BigInteger.One;
        if (end < text.Length && text[end] == '.')
        {
            int places = Digits(text, end + 1);
            int repeated = Repeated(text, end + 1 + places);
            if (places + repeated > 0)
            {
                digits += text.Substring(end + 1, places);
                scale = BigInteger.Pow(10, places);
                end += 1 + places;
            }

            if (repeated > 0)
            {
                repeat = Parse(text.AsSpan(end + Overline.Length, repeated));
                repeatScale = BigInteger.Pow(10, repeated) - 1;
                end += Overline.Length + repeated + 1;
            }
        }

        value = Rational.Of((Parse(digits) * repeatScale) + repeat, scale * repeatScale);
        int exponent = Exponent(text, end, out int power);
        if (exponent > 0)
        {
            value = Math.Abs(power) > LargestExponent ? default : value * ((Rational)10).Power(power);
        }

        return end + exponent - at;
    }

    private static int Whole(string text, int at, bool separators, out string digits)
    {
        int end = at + Digits(text, at);
        digits = text[at..end];
        if (end - at is < 1 or > 3 || text[at] == '0')
        {
            return end;
        }

        while (true)
        {
            int next = Separated(text, end, separators);
            if (next == 0 || Digits(text, next) != 3)
            {
                return end;
            }

            digits += text.Substring(next, 3);
            end = next + 3;
        }
    }

    // Where the digits behind a separator start; 0 if there is none.
    private static int Separated(string text, int at, bool comma)
    {
        foreach (string separator in Separators)
        {
            if (string.CompareOrdinal(text, at, separator, 0, separator.Length) == 0 && (comma || separator != ","))
            {
                at += separator.Length;
                while (separator == @",\!" && at < text.Length && text[at] == ' ')
                {
                    at++;
                }

                return at;
            }
        }

        return 0;
    }

    private static int Digits(string text, int at)
    {
        int end = at;
        while (IsDigit(text, end))
        {
            end++;
        }

        return end - at;
    }

    private static int Repeated(string text, int at)
    {
        if (string.CompareOrdinal(text, at, Overline, 0, Overline.Length) != 0)
        {
            return 0;
        }

        int digits = Digits(text, at + Overline.Length);
        int close = at + Overline.Length + digits;
        return close < text.Length && text[close] == '}' ? digits : 0;
    }

    private static int Exponent(string text, int at, out int power)
    {
        power = 0;
        if (at >= text.Length || text[at] is not ('e' or 'E'))
        {
            return 0;
        }

        int sign = at + 1 < text.Length && text[at + 1] is ('-' or '+') ? 1 : 0;
        int digits = Digits(text, at + 1 + sign);
        if (digits > 0 && !int.TryParse(text.AsSpan(at + 1, sign + digits), CultureInfo.InvariantCulture, out power))
        {
            power = int.MaxValue;
        }

        return digits == 0 ? 0 : 1 + sign + digits;
    }

    private static BigInteger Parse(ReadOnlySpan<char> digits) =>
        digits.IsEmpty ? BigInteger.Zero : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
