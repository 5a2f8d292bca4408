using System.Globalization;
using System.Text;

namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>Reads one token of an expression.</summary>
internal static class TokenReader
{
    private static readonly string[] LongOperators = ["//", "**", "==", "!=", ">=", "<="];
    private const string Operators = "+-/*%~[](){}><=.:|,;";

    internal static Token Read(string source, int at, int line, out int next)
    {
        char c = source[at];
        if (char.IsAsciiDigit(c))
        {
            return Number(source, at, line, out next);
        }

        if (c is '\'' or '"')
        {
            return Text(source, at, line, out next);
        }

        if (NameLength(source, at) is > 0 and int length)
        {
            next = at + length;
            return new Token(TokenKind.Name, source[at..next], line);
        }

        string? operation = LongOperators.FirstOrDefault(sign => string.CompareOrdinal(source, at, sign, 0, 2) == 0)
            ?? (Operators.Contains(c, StringComparison.Ordinal) ? c.ToString() : null);
        if (operation is null)
        {
            throw new JinjaException(line, $"unexpected character '{(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)}'");
        }

        next = at + operation.Length;
        return new Token(TokenKind.Operator, operation, line);
    }

    private static int NameLength(string source, int at)
    {
        int end = at;
        while (end < source.Length && (char.IsLetter(source[end]) || source[end] == '_' || (end > at && IsNamePart(source[end]))))
        {
            end++;
        }

        return end - at;
    }

    private static bool IsNamePart(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static Token Number(string source, int at, int line, out int next)
    {
        int end = Digits(source, at);
        bool whole = true;

        // Behind a dot, as in pairs.0.1, digits are an index.
        if (at == 0 || source[at - 1] != '.')
        {
            if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
            {
                end = Digits(source, end + 1);
                whole = false;
            }

            int exponent = end + 1 < source.Length && source[end] is 'e' or 'E' ? end + 1 : -1;
            if (exponent > 0 && exponent < source.Length && source[exponent] is '+' or '-')
            {
                exponent++;
            }

            if (exponent > 0 && exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                end = Digits(source, exponent);
                whole = false;
            }
        }

        next = end;
        string text = source[at..end];
        if (whole && text[0] == '0' && text.AsSpan().ContainsAnyInRange('1', '9'))
        {
            throw new JinjaException(line, $"a whole number with a zero in front, expected '{text.TrimStart('0')}'");
        }

        if (whole && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new JinjaException(line, $"a whole number of {text.Length} digits, expected at most {long.MaxValue}");
        }

        return new Token(whole ? TokenKind.Integer : TokenKind.Float, text, line);
    }

    private static int Digits(string source, int at)
    {
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }

        return at;
    }

    private static Token Text(string source, int at, int line, out int next)
    {
        char quote = source[at];
        var text = new StringBuilder();
        int i = at + 1;
        while (i < source.Length && source[i] != quote)
        {
            if (source[i] == '\\' && i + 1 < source.Length)
            {
                i = Escape(source, i + 1, line, text);
            }
            else
            {
                text.Append(source[i++]);
            }
        }

        if (i >= source.Length)
        {
            throw new JinjaException(line, $"a text that begins with {quote} is not closed");
        }

        next = i + 1;
        return new Token(TokenKind.Text, text.ToString(), line);
    }

    // The escapes of Python; an unknown one stays as it stands.
    private static int Escape(string source, int at, int line, StringBuilder text)
    {
        char c = source[at];
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            bool whole = at + digits < source.Length;
            if (!whole || !int.TryParse(source.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                || code is < 0 or > 0x10FFFF)
            {
                throw new JinjaException(line, $"the escape '\\{c}' lacks {digits} hexadecimal digits of a character");
            }

            _ = Rune.IsValid(code) ? text.Append(new Rune(code).ToString()) : text.Append((char)code);
            return at + 1 + digits;
        }

        if (c is >= '0' and <= '7')
        {
            int end = at, code = 0;
            while (end < source.Length && end < at + 3 && source[end] is >= '0' and <= '7')
            {
                code = (code * 8) + (source[end++] - '0');
            }

            text.Append((char)code);
            return end;
        }

        _ = c switch
        {
            'n' => text.Append('\n'),
            't' => text.Append('\t'),
            'r' => text.Append('\r'),
            'a' => text.Append('\a'),
            'b' => text.Append('\b'),
            'f' => text.Append('\f'),
            'v' => text.Append('\v'),
            '\n' => text,
            '\\' or '\'' or '"' => text.Append(c),
            _ => text.Append('\\').Append(c),
        };
        return at + 1;
    }
}
