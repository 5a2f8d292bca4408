using System.Text;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>Text as Python handles it: by code point, with Python's idea of what is blank.</summary>
internal static class PythonStrings
{
    /// <summary>`str.isspace`: Unicode's white space and the four separators of ASCII.</summary>
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    internal static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!IsSpace(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes characters off the ends: blanks, or those of <paramref name="characters"/>.</summary>
    internal static string Strip(string text, string? characters, bool left = true, bool right = true)
    {
        int start = 0, end = text.Length;
        while (left && start < end && Taken(text, start, characters) is > 0 and int units)
        {
            start += units;
        }

        while (right && end > start && Taken(text, end - UnitsBefore(text, end), characters) is > 0 and int units)
        {
            end -= units;
        }

        return text[start..end];
    }

    /// <summary>Number of code points.</summary>
    internal static int Length(string text)
    {
        int pairs = 0;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                pairs++;
                i++;
            }
        }

        return text.Length - pairs;
    }

    /// <summary>The code points, each as a text.</summary>
    internal static string[] Characters(string text)
    {
        var characters = new string[Length(text)];
        int at = 0;
        for (int i = 0; i < characters.Length; i++)
        {
            int units = UnitsAt(text, at);
            characters[i] = text.Substring(at, units);
            at += units;
        }

        return characters;
    }

    /// <summary>Lines without their ends, as `str.splitlines`; nothing behind a last line end.</summary>
    internal static List<string> Lines(string text)
    {
        List<string> lines = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029')
            {
                lines.Add(text[start..i]);
                i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    /// <summary>`str.split`; a null separator is any run of blanks.</summary>
    internal static List<string> Split(string text, string? separator, long most, bool fromRight)
    {
        List<string> parts = separator is null ? SplitBlanks(text, most, fromRight) : SplitAt(text, separator, most, fromRight);
        if (fromRight)
        {
            parts.Reverse();
        }

        return parts;
    }

    internal static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    internal static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>`str.capitalize`: the first letter large, the others small.</summary>
    internal static string Capitalize(string text)
    {
        int first = text.Length == 0 ? 0 : UnitsAt(text, 0);
        return Upper(text[..first]) + Lower(text[first..]);
    }

    /// <summary>`str.title`: the first letter of each run of letters large, the others small.</summary>
    internal static string Title(string text)
    {
        var made = new StringBuilder(text.Length);
        bool inside = false;
        foreach (char c in text)
        {
            made.Append(inside ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            inside = char.IsLetter(c);
        }

        return made.ToString();
    }

    /// <summary>`str.replace`: the first <paramref name="most"/> places, all where it is negative.</summary>
    internal static string Replace(string text, string old, string put, long most)
    {
        if (old.Length == 0)
        {
            IEnumerable<string> pieces = Characters(text).Select((piece, i) => most < 0 || i < most ? put + piece : piece);
            return string.Concat(pieces) + (most < 0 || most > Length(text) ? put : "");
        }

        if (most < 0)
        {
            return text.Replace(old, put, StringComparison.Ordinal);
        }

        return string.Join(put, SplitAt(text, old, most, fromRight: false));
    }

    private static List<string> SplitAt(string text, string separator, long most, bool fromRight)
    {
        List<string> parts = [];
        int start = 0, end = text.Length;
        while (parts.Count != most)
        {
            int at = fromRight
                ? text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal)
                : text.IndexOf(separator, start, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            parts.Add(fromRight ? text[(at + separator.Length)..end] : text[start..at]);
            (start, end) = fromRight ? (start, at) : (at + separator.Length, end);
        }

        parts.Add(text[start..end]);
        return parts;
    }

    private static List<string> SplitBlanks(string text, long most, bool fromRight)
    {
        List<string> parts = [];
        string rest = Strip(text, null, left: !fromRight, right: fromRight);
        while (rest.Length > 0)
        {
            int at = parts.Count == most ? -1
                : fromRight ? LastBlank(rest) : FirstBlank(rest);
            if (at < 0)
            {
                parts.Add(rest);
                break;
            }

            parts.Add(fromRight ? rest[(at + 1)..] : rest[..at]);
            rest = fromRight ? Strip(rest[..at], null, left: false) : Strip(rest[at..], null, right: false);
        }

        return parts;
    }

    private static int FirstBlank(string text)
    {
        int at = 0;
        while (at < text.Length && !IsSpace(text[at]))
        {
            at++;
        }

        return at < text.Length ? at : -1;
    }

    private static int LastBlank(string text)
    {
        int at = text.Length - 1;
        while (at >= 0 && !IsSpace(text[at]))
        {
            at--;
        }

        return at;
    }

    private static int Taken(string text, int at, string? characters)
    {
        int units = UnitsAt(text, at);
        bool taken = characters is null
            ? IsSpace(text[at])
            : characters.Contains(text.Substring(at, units), StringComparison.Ordinal);
        return taken ? units : 0;
    }

    private static int UnitsAt(string text, int at) =>
        at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    private static int UnitsBefore(string text, int end) =>
        end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
}
