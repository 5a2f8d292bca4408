namespace Hone.Report;

/// <summary>A long text without its middle: what was asked or tried stands at the beginning, what came of it at the end.</summary>
/// <param name="Head">How much of its beginning is shown.</param>
/// <param name="Tail">How much of its end is shown.</param>
internal readonly record struct MiddleCut(int Head, int Tail)
{
    /// <summary>The parts of a text, in UTF-16 units; no pair of surrogates is cut in two.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="limit">Units to show at most, at least 2; a text of no more is all head.</param>
    public static MiddleCut Of(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return new MiddleCut(text.Length, 0);
        }

        (int head, int tail) = (limit / 2, limit / 2);
        return new MiddleCut(
            char.IsLowSurrogate(text[head]) && char.IsHighSurrogate(text[head - 1]) ? head - 1 : head,
            char.IsLowSurrogate(text[^tail]) && char.IsHighSurrogate(text[^(tail + 1)]) ? tail - 1 : tail);
    }

    /// <summary>The parts of a completion, in tokens.</summary>
    /// <param name="pieces">The tokens.</param>
    /// <param name="most">Tokens to show at most.</param>
    /// <param name="limit">UTF-16 units of their texts to show at most, a longer token counted as <paramref name="longest"/>.</param>
    /// <param name="longest">Units of one token that are shown.</param>
    public static MiddleCut Of(IReadOnlyList<TokenPiece> pieces, int most, int limit, int longest)
    {
        int head = Fitting(pieces, most, limit);
        return head == pieces.Count ? new MiddleCut(head, 0) : new MiddleCut(Fitting(pieces, most / 2, limit / 2), Fitting(pieces.Reverse(), most / 2, limit / 2));

        int Fitting(IEnumerable<TokenPiece> from, int tokens, int units) =>
            from.Take(tokens).TakeWhile(piece => (units -= Math.Min(piece.Text.Length, longest)) >= 0).Count();
    }
}
