using System.Globalization;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>The classes of characters that the pre-tokenizers' expressions tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither letter, number nor space: punctuation, symbols, marks, controls, unassigned.</summary>
    Other,

    /// <summary>`\p{L}`.</summary>
    Letter,

    /// <summary>`\p{N}`.</summary>
    Number,

    /// <summary>`\s`.</summary>
    Space,
}

/// <summary>Looks characters up by code point, where regular expressions of .NET see UTF-16 halves.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] OfChar =
        [.. Enumerable.Range(0, 0x10000).Select(code => Classify((char)code))];

    /// <summary>Class of the code point at <paramref name="index"/>, and how many chars it takes.</summary>
    internal static CharacterClass At(ReadOnlySpan<char> text, int index, out int length)
    {
        char c = text[index];
        length = 1;
        if (!char.IsHighSurrogate(c) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]))
        {
            return OfChar[c];
        }
        length = 2;
        return Classify(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(c, text[index + 1])));
    }

    private static CharacterClass Classify(char c)
    {
        return char.IsWhiteSpace(c) ? CharacterClass.Space : Classify(CharUnicodeInfo.GetUnicodeCategory(c));
    }

    // White space above U+FFFF does not exist.
    private static CharacterClass Classify(UnicodeCategory category)
    {
        return category switch
        {
            <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
                => CharacterClass.Number,
            _ => CharacterClass.Other,
        };
    }
}
