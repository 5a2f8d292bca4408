namespace Hone.Engine.Tokenization.Splitting;

/// <summary>
/// The expressions that nearly all byte-level tokenizers split words with, scanned by hand: exact by code point where
/// .NET's expressions see UTF-16 halves, in time linear in the text, and every character falls into some match.
/// </summary>
internal sealed class WordScanner : TextPattern
{
    private const string Gpt2Expression =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Head = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>GPT-2's words.</summary>
    internal static readonly WordScanner Gpt2 = new(longestNumber: 0);

    private static readonly WordScanner Llama3 = new(longestNumber: 3);
    private static readonly WordScanner Qwen2 = new(longestNumber: 1);

    /// <summary>
    /// 0 for GPT-2's rules; else most digits in a number, under the later rules of Qwen2 and Llama 3.
    /// </summary>
    private readonly int _longestNumber;

    private WordScanner(int longestNumber)
    {
        _longestNumber = longestNumber;
    }

    /// <summary>The scanner for an expression, or null when it is not one of the known.</summary>
    internal static WordScanner? ForExpression(string expression)
    {
        return expression switch
        {
            Gpt2Expression => Gpt2,
            Head + @"\p{N}{1,3}" + Tail => Llama3,
            Head + @"\p{N}" + Tail => Qwen2,
            _ => null,
        };
    }

    internal override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = _longestNumber == 0 ? NextGpt2(text, start) : NextLater(text, start);
            matches.Add(new TextRange(start, end));
        }
    }

    private static int NextGpt2(ReadOnlySpan<char> text, int start)
    {
        int contraction = Contraction(text, start, ignoreCase: false);
        if (contraction > 0)
        {
            return start + contraction;
        }
        CharacterClass kind = CharacterClasses.At(text, start, out int length);
        int body = start;
        if (text[start] == ' ' && start + 1 < text.Length)
        {
            CharacterClass following = CharacterClasses.At(text, start + 1, out int followingLength);
            if (following != CharacterClass.Space)
            {
                (kind, length, body) = (following, followingLength, start + 1);
            }
        }
        return kind == CharacterClass.Space ? EndOfSpaces(text, start) : EndOfRun(text, body + length, kind);
    }

    private int NextLater(ReadOnlySpan<char> text, int start)
    {
        int contraction = Contraction(text, start, ignoreCase: true);
        if (contraction > 0)
        {
            return start + contraction;
        }
        CharacterClass kind = CharacterClasses.At(text, start, out int length);
        int next = start + length;
        if (kind == CharacterClass.Letter)
        {
            return EndOfRun(text, next, kind);
        }
        if (kind == CharacterClass.Number)
        {
            return EndOfNumber(text, next);
        }
        CharacterClass following = CharacterClass.Space;
        int followingLength = 0;
        if (next < text.Length)
        {
            following = CharacterClasses.At(text, next, out followingLength);
        }
        if (following == CharacterClass.Letter && text[start] is not ('\r' or '\n'))
        {
            return EndOfRun(text, next + followingLength, CharacterClass.Letter);
        }
        if (kind == CharacterClass.Other)
        {
            return EndOfLines(text, EndOfRun(text, next, kind));
        }
        return text[start] == ' ' && following == CharacterClass.Other
            ? EndOfLines(text, EndOfRun(text, next + followingLength, following))
            : EndOfSpacesAndLines(text, start);
    }

    /// <summary>Length of 's, 't, 'm, 'd, 're, 've or 'll here, else 0.</summary>
    private static int Contraction(ReadOnlySpan<char> text, int start, bool ignoreCase)
    {
        if (text[start] != '\'' || start + 1 == text.Length)
        {
            return 0;
        }
        char first = Fold(text[start + 1]);
        if (first is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }
        char second = start + 2 < text.Length ? Fold(text[start + 2]) : '\0';
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;

        // The long s, U+017F, is an s to an expression that ignores case.
        char Fold(char c)
        {
            return !ignoreCase ? c : c == '\u017F' ? 's' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }
    }

    private static int EndOfRun(ReadOnlySpan<char> text, int index, CharacterClass kind)
    {
        while (index < text.Length && CharacterClasses.At(text, index, out int length) == kind)
        {
            index += length;
        }
        return index;
    }

    private int EndOfNumber(ReadOnlySpan<char> text, int index)
    {
        for (int digits = 1; digits < _longestNumber && index < text.Length; digits++)
        {
            if (CharacterClasses.At(text, index, out int length) != CharacterClass.Number)
            {
                break;
            }
            index += length;
        }
        return index;
    }

    private static int EndOfLines(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && text[index] is ('\r' or '\n'))
        {
            index++;
        }
        return index;
    }

    /// <summary>
    /// `\s*[\r\n]+`: up to the last line end of the run of spaces; without one, as <see cref="EndOfSpaces"/>.
    /// </summary>
    private static int EndOfSpacesAndLines(ReadOnlySpan<char> text, int start)
    {
        int end = EndOfRun(text, start, CharacterClass.Space);
        int line = text[start..end].LastIndexOfAny('\r', '\n');
        return line >= 0 ? start + line + 1 : EndOfSpaces(text, start);
    }

    /// <summary>`\s+(?!\S)|\s+`: a run of spaces leaves its last one to the word behind it.</summary>
    private static int EndOfSpaces(ReadOnlySpan<char> text, int start)
    {
        int end = EndOfRun(text, start, CharacterClass.Space);
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }
}
