using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenization;

/// <summary>Finds added tokens in text, leftmost first and of those the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstChars;

    /// <summary>A finder for tokens by the text to look for.</summary>
    internal AddedTokenFinder(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach ((string text, AddedToken token) in tokens)
        {
            Node node = _root;
            foreach (char c in text)
            {
                node = node.ChildFor(c);
            }
            // The empty text would be found everywhere.
            node.Token = node == _root ? null : token;
        }
        _firstChars = SearchValues.Create([.. _root.Children.Keys]);
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
        Node? node = _root;
        while (index < text.Length && node.Children.TryGetValue(text[index++], out node))
        {
            if (node.Token is { } token)
            {
                (longest, end) = (token, index);
            }
        }
        return longest;
    }

    private static bool TouchesWordBefore(string text, int index)
    {
        return Rune.DecodeLastFromUtf16(text.AsSpan(0, index), out Rune rune, out _) == OperationStatus.Done
            && IsWord(rune);
    }

    private static bool TouchesWordAfter(string text, int index)
    {
        return Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out _) == OperationStatus.Done && IsWord(rune);
    }

    private static bool IsWord(Rune rune)
    {
        return Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation;
    }

    private sealed class Node
    {
        internal Dictionary<char, Node> Children { get; } = [];

        internal AddedToken? Token { get; set; }

        internal Node ChildFor(char c)
        {
            if (!Children.TryGetValue(c, out Node? child))
            {
                child = new Node();
                Children.Add(c, child);
            }
            return child;
        }
    }
}
