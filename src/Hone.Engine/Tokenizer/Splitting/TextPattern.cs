using Hone.Engine.Files;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>
/// Finds stretches of a text: a literal, a known expression scanned by hand, or any other expression.
/// </summary>
internal abstract class TextPattern
{
    /// <summary>Adds the non-empty matches from left to right, none overlapping.</summary>
    internal abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches);

    /// <summary>Reads `{"String": s}` or `{"Regex": r}`.</summary>
    internal static TextPattern Read(JsonField field)
    {
        if (field.IsObject && field.Find("String") is { } literal)
        {
            string value = literal.Text();
            return value.Length > 0 ? new LiteralPattern(value) : throw literal.Wrong("at least one character");
        }
        if (field.IsObject && field.Find("Regex") is { } regex)
        {
            string expression = regex.Text();
            return WordScanner.ForExpression(expression) is { } scanner ? scanner : new RegexPattern(expression, regex);
        }
        throw field.Wrong("an object with 'String' or 'Regex'");
    }
}

/// <summary>Every occurrence of a string.</summary>
internal sealed class LiteralPattern(string value) : TextPattern
{
    internal string Value => value;

    internal override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (int from = 0, found; (found = text[from..].IndexOf(value)) >= 0; from += found + value.Length)
        {
            matches.Add(new TextRange(from + found, from + found + value.Length));
        }
    }
}
