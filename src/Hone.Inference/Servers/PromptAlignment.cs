using Hone.Engine.Tokenization;
using Hone.Inference.Scoring;

namespace Hone.Inference.Servers;

/// <summary>
/// Finds a text's part among the tokens that a server made of it, from the tokens' own texts. All of the text must be
/// accounted for: a server that scored another text is caught here.
/// </summary>
/// <remarks>
/// A token that holds some bytes of a character reads as U+FFFD. Tokens in front of the first such token are matched from
/// the text's beginning, those behind the last one from its end; what lies between is a stretch of tokens without places, and
/// only a part that begins or ends within it cannot be found. Offsets that servers count themselves are of no use: they add
/// up the lengths of these same texts, in code points.
/// </remarks>
internal static class PromptAlignment
{
    // A beginning token, and no more, can stand in front of the text.
    private const int MostInFront = 2;

    // Longest first token whose text no server tells.
    private const int LongestUnknown = 64;

    /// <summary>The first token of a part and the part's number of tokens; null where they cannot be found.</summary>
    /// <param name="tokens">(N) texts of the tokens; null for one that the server does not tell.</param>
    /// <param name="request">The text and its part.</param>
    internal static (int First, int Count)? Find(string?[] tokens, ScoringRequest request)
    {
        for (int front = 0; front <= Math.Min(MostInFront, tokens.Length); front++)
        {
            if (Match(tokens, request.Text, front) is { } match)
            {
                int end = request.TargetEnd < 0 ? request.Text.Length : request.TargetEnd;
                return match.First(request.TargetStart) is int first && match.Last(end) is int last
                    ? TargetTokens.Of(first, last, tokens.Length)
                    : null;
            }
        }

        return null;
    }

    private static Places? Match(string?[] tokens, string text, int front)
    {
        var ranges = new TextRange[tokens.Length];
        int first = front, from = 0;
        for (; first < tokens.Length && IsReadable(tokens[first]); first++)
        {
            ReadOnlySpan<char> token = tokens[first];
            if (from == 0 && token is [' ', ..] && !text.AsSpan().StartsWith(token, StringComparison.Ordinal))
            {
                // SentencePiece puts a blank in front of the text.
                token = token[1..];
            }

            if (!text.AsSpan(from).StartsWith(token, StringComparison.Ordinal))
            {
                return null;
            }

            ranges[first] = new TextRange(from, from + token.Length);
            from = ranges[first].End;
        }

        if (first == tokens.Length)
        {
            return from == text.Length ? new Places(ranges, first, first, from, from) : null;
        }

        int behind = tokens.Length, to = text.Length;
        for (; IsReadable(tokens[behind - 1]); behind--)
        {
            if (!text.AsSpan(from, to - from).EndsWith(tokens[behind - 1], StringComparison.Ordinal))
            {
                return null;
            }

            ranges[behind - 1] = new TextRange(to - tokens[behind - 1]!.Length, to);
            to = ranges[behind - 1].Start;
        }

        // Half characters make up one outside ASCII; a first token that is not told is a beginning token, or a short one.
        bool possible = tokens[first] is null
            ? behind - first > 1 || to - from <= LongestUnknown
            : text.AsSpan(from, to - from).ContainsAnyExceptInRange('\0', '\x7F');
        return possible ? new Places(ranges, first, behind, from, to) : null;
    }

    private static bool IsReadable(string? token) => token is not null && !token.Contains('\uFFFD', StringComparison.Ordinal);

    /// <summary>Where tokens lie in the text.</summary>
    /// <param name="Ranges">(N) the chars of each; empty for tokens in front of the text and for those of the stretch.</param>
    /// <param name="StretchFirst">First token of the stretch without places.</param>
    /// <param name="StretchBehind">One past its last token; equal to the first where there is no stretch.</param>
    /// <param name="From">Where the stretch begins in the text.</param>
    /// <param name="To">Where it ends.</param>
    private sealed record Places(TextRange[] Ranges, int StretchFirst, int StretchBehind, int From, int To)
    {
        /// <summary>The first token that reaches behind a position; -1 for none, null where it is not known.</summary>
        internal int? First(int position)
        {
            bool stretch = StretchBehind > StretchFirst;
            return stretch && position > From && position < To ? null
                : stretch && position == From ? StretchFirst
                : Array.FindIndex(Ranges, range => range.Length > 0 && range.End > position);
        }

        /// <summary>The last token that begins in front of a position; -1 for none, null where it is not known.</summary>
        internal int? Last(int position)
        {
            bool stretch = StretchBehind > StretchFirst;
            return stretch && position > From && position < To ? null
                : stretch && position == To ? StretchBehind - 1
                : Array.FindLastIndex(Ranges, range => range.Length > 0 && range.Start < position);
        }
    }
}
