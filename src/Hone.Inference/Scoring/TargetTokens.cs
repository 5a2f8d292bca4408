using Hone.Engine.Tokenization;

namespace Hone.Inference.Scoring;

/// <summary>Which tokens of a text make up the part that is scored.</summary>
internal static class TargetTokens
{
    /// <summary>The first of them and their number.</summary>
    /// <param name="text">The whole text's tokens.</param>
    /// <param name="request">The text and its part.</param>
    internal static (int First, int Count) Of(TokenizedText text, ScoringRequest request)
    {
        int end = request.TargetEnd < 0 ? request.Text.Length : request.TargetEnd;
        int first = Array.FindIndex(text.Ranges, range => range.Length > 0 && range.End > request.TargetStart);
        int last = Array.FindLastIndex(text.Ranges, range => range.Length > 0 && range.Start < end);
        return Of(first, last, text.Ids.Length);
    }

    /// <summary>The same from the first and last token that touch the part; -1 for no such token.</summary>
    internal static (int First, int Count) Of(int first, int last, int tokens)
    {
        // An empty part has no tokens, and the first token of all has nothing before it that could predict it.
        int from = first < 0 ? tokens : Math.Max(first, 1);
        return (from, Math.Max(0, last - from + 1));
    }
}
