using System.Runtime.InteropServices;
using Hone.Records.RunFolders;

namespace Hone.Records.Logs;

/// <summary>What the log-probabilities of a completion's tokens come to, beside their mean.</summary>
internal sealed class TokenFigures
{
    private readonly bool _tail;
    private readonly List<double> _tokens = [];

    private TokenFigures(bool tail) => _tail = tail;

    /// <summary>What to gather tokens with; null where nothing that was asked for needs them.</summary>
    internal static TokenFigures? For(IReadOnlyList<UncertaintyMeasure> measures)
    {
        bool tail = measures.Contains(UncertaintyMeasure.Tail);
        return tail || measures.Contains(UncertaintyMeasure.Sum) || measures.Contains(UncertaintyMeasure.Min)
            ? new TokenFigures(tail)
            : null;
    }

    /// <summary>Forgets the tokens of an earlier row that could not be read.</summary>
    internal void Clear() => _tokens.Clear();

    /// <summary>Takes the next token's log-probability.</summary>
    internal void Add(double logProb) => _tokens.Add(logProb);

    /// <summary>Writes the figures of the tokens, if there are any, and forgets them.</summary>
    internal void MoveTo(ref LoggedRow row)
    {
        if (_tokens.Count > 0)
        {
            (double sum, double least) = (0, double.PositiveInfinity);
            foreach (double token in _tokens)
            {
                (sum, least) = (sum + token, Math.Min(least, token));
            }

            (row.SumLogprob, row.MinLogprob) = (sum, least);
            row.TailLogprob = _tail ? LowestTenth.Mean<double>(CollectionsMarshal.AsSpan(_tokens)) : double.NaN;
        }

        _tokens.Clear();
    }
}
