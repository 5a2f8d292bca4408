using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Cli.Output;

/// <summary>Text of models, files and names, made harmless for a terminal.</summary>
internal static class TerminalText
{
    private const char Replacement = '\uFFFD';

    // Control characters of both sets but line feed and tab; separators of lines; and what turns the order of a line's text around,
    // so that it reads as something else (Boucher and Anderson, Trojan Source, 2021).
    private static readonly SearchValues<char> Harmful = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0xA0).Select(unit => (char)unit).Where(unit => char.IsControl(unit) && unit is not ('\n' or '\t')),
        '\u2028', '\u2029', .. "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069",
    ]);

    /// <summary>Replaces what a terminal would obey rather than show; line feeds and tabs stay.</summary>
    public static string Clean(string text) => text.AsSpan().IndexOfAny(Harmful) < 0
        ? text
        : string.Create(text.Length, text, (clean, from) => from.AsSpan().ReplaceAny(clean, Harmful, Replacement));

    /// <summary>The character, or what stands for it.</summary>
    public static char Clean(char unit) => Harmful.Contains(unit) ? Replacement : unit;

    /// <summary>The text on one line, cut when it is longer.</summary>
    public static string Line(string text, int longest)
    {
        string line = Clean(text.ReplaceLineEndings(" ").Replace('\t', ' '));
        return line.Length > longest ? line[..(longest - 3)] + "..." : line;
    }

    /// <summary>JSON that says the same and holds nothing of this kind: as escapes, which only strings can need.</summary>
    public static string Escaped(string json)
    {
        if (json.AsSpan().IndexOfAny(Harmful) < 0)
        {
            return json;
        }

        var escaped = new StringBuilder(json.Length);
        foreach (char unit in json)
        {
            _ = unit != '\r' && Harmful.Contains(unit)
                ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")
                : escaped.Append(unit);
        }

        return escaped.ToString();
    }
}
