using Hone.Engine.Kernels;
using Hone.Engine.Model;

namespace Hone.Engine.Decoding;

/// <summary>Token ids to be scored by teacher forcing.</summary>
/// <param name="Tokens">(T) token ids, at least one.</param>
/// <param name="Alternatives">Most likely tokens to tell for each place; 0 for none.</param>
public sealed record SequenceToScore(int[] Tokens, int Alternatives = 0);

/// <summary>What a model thinks of each token but the first.</summary>
/// <param name="LogProbs">(T-1) natural log-probability of tokens 1 to T-1.</param>
/// <param name="Ranks">(T-1) place of each among all tokens, 1 for the most likely.</param>
/// <param name="TopTokens">(T-1, k) the k most likely tokens in each place, in order.</param>
/// <param name="TopLogProbs">(T-1, k) their log-probabilities.</param>
public sealed record SequenceScore(float[] LogProbs, int[] Ranks, int[] TopTokens, float[] TopLogProbs);

/// <summary>Scores sequences in one pass; a score has the same bits whatever is scored beside it.</summary>
/// <param name="model">The model; stays the caller's.</param>
/// <param name="activations">Where passes keep their results.</param>
public sealed class SequenceScorer(Transformer model, Activations activations)
{
    /// <summary>The scores, in the order of the sequences.</summary>
    public SequenceScore[] Score(IReadOnlyList<SequenceToScore> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        SequenceLayout layout = SequenceLayout.Independent([.. sequences.Select(sequence => sequence.Tokens.Length)]);
        model.Forward([.. sequences.SelectMany(sequence => sequence.Tokens)], layout, activations);
        var scores = new SequenceScore[sequences.Count];

        // Those that want as many alternatives share a call, for the head is large and read once a call.
        foreach (IGrouping<int, int> alike in Enumerable.Range(0, scores.Length).GroupBy(i => sequences[i].Alternatives))
        {
            Score(sequences, layout, [.. alike], Math.Min(alike.Key, model.Config.VocabularySize), scores);
        }

        return scores;
    }

    private void Score(IReadOnlyList<SequenceToScore> sequences, SequenceLayout layout, int[] indices, int top, SequenceScore[] scores)
    {
        int[] rows = [.. indices.SelectMany(i => Enumerable.Range(layout.Segments[i].Start, sequences[i].Tokens.Length - 1))];
        int[] targets = [.. indices.SelectMany(i => sequences[i].Tokens.Skip(1))];
        int[] ranks = new int[rows.Length], likely = new int[checked(rows.Length * top)];
        float[] logProbs = new float[rows.Length], likelyLogProbs = new float[likely.Length];
        model.RankedLogProbs(activations.Final, rows, targets, top, logProbs, ranks, likely, likelyLogProbs);
        int first = 0;
        foreach (int i in indices)
        {
            int end = first + sequences[i].Tokens.Length - 1;
            Range own = first..end, tops = (first * top)..(end * top);
            scores[i] = new SequenceScore(logProbs[own], ranks[own], likely[tops], likelyLogProbs[tops]);
            first = end;
        }
    }
}
