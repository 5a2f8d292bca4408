using System.Globalization;
using System.Numerics;
using System.Text;

namespace Hone.Records.Pickles;

/// <summary>Numbers and strings as protocol 0 writes them, one a line, and whole numbers in bytes.</summary>
internal static class PickleTexts
{
    // Python's own limit for a number in decimal digits.
    private const int MostDigits = 4300;

    /// <summary>INT: a whole number, or 00 and 01 for False and True.</summary>
    internal static PickleValue Int(string line) => line switch
    {
        "00" => PickleValue.From(false),
        "01" => PickleValue.From(true),
        _ => Long(line),
    };

    /// <summary>LONG: a whole number, with or without an L at its end.</summary>
    internal static PickleValue Long(string line) =>
        line.Length <= MostDigits && BigInteger.TryParse(
            line.EndsWith('L') ? line.AsSpan()[..^1] : line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out BigInteger value)
            ? PickleValue.From(value)
            : throw PickleException.Damaged($"has {RecordError.Quote(line)} for a whole number");

    /// <summary>FLOAT: as Python's repr writes it.</summary>
    internal static PickleValue Float(string line) => PickleValue.From(line switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" or "-nan" => double.NaN,
        _ when line.Length < 100 && double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) =>
            value,
        _ => throw PickleException.Damaged($"has {RecordError.Quote(line)} for a number"),
    });

    /// <summary>LONG1 and LONG4: little-endian, two's complement.</summary>
    internal static PickleValue Long(ReadOnlySpan<byte> bytes) => PickleValue.From(new BigInteger(bytes));

    /// <summary>UNICODE: Latin-1 but for \uXXXX and \UXXXXXXXX.</summary>
    internal static string Unicode(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal))
        {
            return line;
        }

        var text = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            int digits = line[i] != '\\' || i + 1 == line.Length ? 0 : line[i + 1] switch { 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                text.Append(line[i]);
                continue;
            }

            text.Append(char.ConvertFromUtf32(Code(line, i + 2, digits)));
            i += 1 + digits;
        }

        return text.ToString();
    }

    /// <summary>STRING: Python 2's string between quotes, with its escapes.</summary>
    internal static string Quoted(string line)
    {
        if (line.Length < 2 || line[0] is not ('\'' or '"') || line[^1] != line[0])
        {
            throw PickleException.Damaged($"has {RecordError.Quote(line)} for a string between quotes");
        }

        var text = new StringBuilder(line.Length);
        for (int i = 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\')
            {
                text.Append(line[i]);
                continue;
            }

            char escape = line[++i];
            if (escape == 'x')
            {
                text.Append((char)Code(line, i + 1, 2));
                i += 2;
                continue;
            }

            text.Append(escape switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' or '\'' or '"' when i < line.Length - 1 => escape,
                _ => throw PickleException.Damaged($"has the escape {RecordError.Quote($"\\{escape}")} in a string"),
            });
        }

        return text.ToString();
    }

    // A lone surrogate becomes U+FFFD, as in UTF-8.
    private static int Code(string line, int start, int digits)
    {
        if (start + digits > line.Length || !int.TryParse(
            line.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
            || code is < 0 or > 0x10FFFF)
        {
            throw PickleException.Damaged("has an escape that is no character in a string");
        }

        return code is >= 0xD800 and <= 0xDFFF ? 0xFFFD : code;
    }
}
