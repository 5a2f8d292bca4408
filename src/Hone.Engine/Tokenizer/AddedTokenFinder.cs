using System.Buffers;
using System.Text;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization;

/// <summary>
/// Finds added tokens in text, leftmost first and of those the longest. The sorted texts are searched as a tree would
/// be, one char after the other, without the memory of one.
/// </summary>
internal sealed class AddedTokenFinder
{
    private readonly string[] _texts;
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<char> _firstChars;

    /// <summary>A finder for tokens by the text to look for; of two with the same text the later one counts.</summary>
    internal AddedTokenFinder(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        var byText = new SortedDictionary<string, AddedToken>(StringComparer.Ordinal);
        // The empty text would be found everywhere.
        foreach ((string text, AddedToken token) in tokens.Where(pair => pair.Text.Length > 0))
        {
            byText[text] = token;
        }
        _texts = [.. byText.Keys];
        _tokens = [.. byText.Values];
        _firstChars = SearchValues.Create([.. _texts.Select(text => text[0]).Distinct()]);
    }

    /// <summary>A stretch of text: a token, or null where there is none.</summary>
    internal readonly record struct Stretch(AddedToken? Token, int Start, int End);

    /// <summary>Cuts the text into stretches that cover it, none empty.</summary>
    internal List<Stretch> Cut(string text)
    {
        var stretches = new List<Stretch>();
        int covered = 0;
        int index = 0;
        while (index < text.Length)
        {
            int skip = text.AsSpan(index).IndexOfAny(_firstChars);
            if (skip < 0)
            {
                break;
            }
            index += skip;
            if (LongestAt(text, index, out int end) is not { } token)
            {
                index++;
                continue;
            }
            int start = index;
            index = end;
            if (token.SingleWord && (TouchesWordBefore(text, start) || TouchesWordAfter(text, end)))
            {
                continue;
            }
            while (token.StripLeft && start > covered && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }
            while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }
            if (start > covered)
            {
                stretches.Add(new Stretch(null, covered, start));
            }
            stretches.Add(new Stretch(token, start, end));
            covered = index = end;
        }
        if (covered < text.Length)
        {
            stretches.Add(new Stretch(null, covered, text.Length));
        }
        return stretches;
    }

    private AddedToken? LongestAt(string text, int index, out int end)
    {
        AddedToken? longest = null;
        end = index;
        int first = 0, last = _texts.Length;
        for (int depth = 0; index + depth < text.Length; depth++)
        {
            // The texts that agree so far lie together; those that end here come first.
            char next = text[index + depth];
            first = FirstNotBelow(first, last, depth, next);
            last = next == char.MaxValue ? last : FirstNotBelow(first, last, depth, (char)(next + 1));
            if (first == last)
            {
                break;
            }
            if (_texts[first].Length == depth + 1)
            {
                (longest, end) = (_tokens[first], index + depth + 1);
            }
        }
        return longest;
    }

    /// <summary>The first of the texts from `first` to `last` whose char at `depth` is not below `c`.</summary>
    private int FirstNotBelow(int first, int last, int depth, char c)
    {
        while (first < last)
        {
            int middle = (first + last) >>> 1;
            if (_texts[middle].Length <= depth || _texts[middle][depth] < c)
            {
                first = middle + 1;
            }
            else
            {
                last = middle;
            }
        }
        return first;
    }

    private static bool TouchesWordBefore(string text, int index)
    {
        return Rune.DecodeLastFromUtf16(text.AsSpan(0, index), out Rune rune, out _) == OperationStatus.Done
            && WordPattern.IsWord(rune);
    }

    private static bool TouchesWordAfter(string text, int index)
    {
        return Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out _) == OperationStatus.Done
            && WordPattern.IsWord(rune);
    }
}
