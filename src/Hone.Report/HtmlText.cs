using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Hone.Report;

/// <summary>Text made harmless in HTML. What a model wrote may hold markup, characters that cannot be seen, and characters
/// that turn the order of the text around them.</summary>
public static class HtmlText
{
    // The encoder escapes what HTML, attributes and scripts give a meaning to, and line separators.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Text for an element's content or a quoted attribute. Control characters and those that change the direction
    /// of text are shown by their code, such as U+202E; halves of surrogate pairs as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="limit">UTF-16 units of <paramref name="text"/> to show at most; an ellipsis stands for the rest.</param>
    public static string Escape(string text, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var escaped = new StringBuilder(text.Length + 16);
        int shown = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown + rune.Utf16SequenceLength > limit)
            {
                escaped.Append('…');
                break;
            }

            shown += rune.Utf16SequenceLength;
            Append(escaped, rune);
        }

        return escaped.ToString();
    }

    /// <summary>A value as JSON to stand within a script element: nothing in it can end the element or be markup.</summary>
    /// <param name="value">What the serializer takes; numbers in it must be finite.</param>
    public static string ScriptJson(object value) => JsonSerializer.Serialize(value, Json);

    private static void Append(StringBuilder escaped, Rune rune)
    {
        switch (rune.Value)
        {
            case '<': escaped.Append("&lt;"); break;
            case '>': escaped.Append("&gt;"); break;
            case '&': escaped.Append("&amp;"); break;
            case '"': escaped.Append("&quot;"); break;
            case '\'': escaped.Append("&#39;"); break;
            case '\n' or '\t': escaped.Append((char)rune.Value); break;
            case '\r': break;
            default:
                if (IsUnseen(rune))
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
                }
                else
                {
                    escaped.Append(rune.ToString());
                }

                break;
        }
    }

    // Joiners stay: emoji and several scripts need them.
    private static bool IsUnseen(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
