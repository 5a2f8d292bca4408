using System.Globalization;
using System.Text;
using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>Values as Python writes them: `str()` and `repr()`.</summary>
internal static class PythonText
{
    /// <summary>What printing a value writes.</summary>
    internal static string Str(object? value, Sandbox sandbox)
    {
        switch (value)
        {
            case string text:
                return text;
            case Undefined:
                return "";
            default:
                var made = new StringBuilder();
                Repr(value, made, sandbox);
                return made.ToString();
        }
    }

    /// <summary>A number with a point, as short as it can be said: 1.0, 1e-05, 1e+16.</summary>
    internal static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string sign = double.IsNegative(value) ? "-" : "";
        string round = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        int mark = round.IndexOf('E', StringComparison.Ordinal);
        string mantissa = mark < 0 ? round : round[..mark];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        int exponent = mark < 0 ? FixedExponent(mantissa) : int.Parse(round.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            string size = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{size}";
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        string whole = digits.Length > exponent + 1 ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        string rest = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
        return $"{sign}{whole}.{rest}";
    }

    /// <summary>The name of a value's type, as Python has it.</summary>
    internal static string TypeName(object? value) => value switch
    {
        null => "None",
        bool => "a bool",
        long => "an int",
        double => "a float",
        string => "a str",
        Undefined undefined => $"an undefined value ({undefined.Reason})",
        JinjaList { Kind: ListKind.Tuple } => "a tuple",
        JinjaList { Kind: ListKind.Range } => "a range",
        JinjaList => "a list",
        JinjaDict => "a dict",
        Generator => "a generator",
        Namespace => "a namespace",
        LoopState => "'loop'",
        Callable callable => $"the function '{callable.Name}'",
        _ => value.GetType().Name,
    };

    /// <summary>Appends what `repr` of a value writes.</summary>
    internal static void Repr(object? value, StringBuilder made, Sandbox sandbox)
    {
        sandbox.Step();
        switch (value)
        {
            case null:
                made.Append("None");
                break;
            case bool flag:
                made.Append(flag ? "True" : "False");
                break;
            case long whole:
                made.Append(CultureInfo.InvariantCulture, $"{whole}");
                break;
            case double number:
                made.Append(Float(number));
                break;
            case string text:
                sandbox.Text(text.Length);
                ReprText(text, made);
                break;
            case Undefined:
                made.Append("Undefined");
                break;
            case JinjaList { Kind: ListKind.List or ListKind.Tuple } list:
                sandbox.Enter();
                ReprList(list, made, sandbox);
                sandbox.Leave();
                break;
            case JinjaDict dict:
                sandbox.Enter();
                ReprDict(dict, made, sandbox);
                sandbox.Leave();
                break;
            default:
                throw sandbox.Error($"{TypeName(value)} has no text of its own, expected a value to print, such as '| list' makes");
        }
    }

    // The power of ten of the first digit that is not zero, of a number without exponent.
    private static int FixedExponent(string mantissa)
    {
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int first = mantissa.AsSpan().IndexOfAnyExcept('0', '.');
        int whole = point < 0 ? mantissa.Length : point;
        return first < whole ? whole - first - 1 : whole - first;
    }

    private static void ReprList(JinjaList list, StringBuilder made, Sandbox sandbox)
    {
        bool tuple = list.Kind == ListKind.Tuple;
        made.Append(tuple ? '(' : '[');
        for (int i = 0; i < list.Items.Count; i++)
        {
            made.Append(i > 0 ? ", " : "");
            Repr(list.Items[i], made, sandbox);
        }

        made.Append(tuple && list.Items.Count == 1 ? "," : "").Append(tuple ? ')' : ']');
    }

    private static void ReprDict(JinjaDict dict, StringBuilder made, Sandbox sandbox)
    {
        made.Append('{');
        string between = "";
        foreach ((object key, object? value) in dict.Items)
        {
            made.Append(between);
            Repr(key, made, sandbox);
            made.Append(": ");
            Repr(value, made, sandbox);
            between = ", ";
        }

        made.Append('}');
    }

    private static void ReprText(string text, StringBuilder made)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        made.Append(quote);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int code = rune.Value;
            _ = code switch
            {
                '\n' => made.Append("\\n"),
                '\r' => made.Append("\\r"),
                '\t' => made.Append("\\t"),
                '\\' => made.Append("\\\\"),
                _ when code == quote => made.Append('\\').Append(quote),
                _ when IsPrintable(rune) => made.Append(rune.ToString()),
                < 0x100 => made.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}"),
                < 0x10000 => made.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}"),
                _ => made.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}"),
            };
        }

        made.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
