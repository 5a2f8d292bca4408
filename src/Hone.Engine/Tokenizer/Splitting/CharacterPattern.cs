using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>Every single character of a kind.</summary>
internal sealed class CharacterPattern(Func<Rune, bool> isOfKind) : TextPattern
{
    internal static readonly CharacterPattern WhiteSpace = new(Rune.IsWhiteSpace);

    /// <summary>Unicode's punctuation, and of ASCII also what Unicode counts as symbols.</summary>
    internal static readonly CharacterPattern Punctuation = new(rune =>
        Rune.IsPunctuation(rune) || (rune.IsAscii && Rune.IsSymbol(rune)));

    internal override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out int length);
            end = start + length;
            if (isOfKind(rune))
            {
                matches.Add(new TextRange(start, end));
            }
        }
    }
}

/// <summary>`\w+|[^\w\s]+`: words, and runs of what is neither word nor space.</summary>
internal sealed class WordPattern : TextPattern
{
    internal override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        int first = 0;
        bool? wasWord = null;
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out int length);
            end = start + length;
            bool? isWord = Rune.IsWhiteSpace(rune) ? null : IsWord(rune);
            if (isWord != wasWord)
            {
                Add(first, start, wasWord, matches);
                (first, wasWord) = (start, isWord);
            }
        }
        Add(first, text.Length, wasWord, matches);
    }

    /// <summary>
    /// `\w` by Unicode Technical Standard 18: alphabetic characters, marks, decimal digits, connectors, joiners.
    /// </summary>
    internal static bool IsWord(Rune rune)
    {
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
            // Letters in circles and squares are symbols that count as alphabetic.
            UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
            _ => false,
        };
    }

    private static void Add(int start, int end, bool? isWord, List<TextRange> matches)
    {
        if (isWord is not null && end > start)
        {
            matches.Add(new TextRange(start, end));
        }
    }
}
