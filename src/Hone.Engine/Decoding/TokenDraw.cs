using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;

namespace Hone.Engine.Decoding;

/// <summary>Draws a token for each of a session's completions, by its own rule, with the alternatives that it wants told.</summary>
internal sealed class TokenDraw(Transformer model)
{
    private readonly GrowingArray<DrawnToken> _drawn = new();
    private readonly GrowingArray<int> _tokens = new();
    private readonly GrowingArray<double> _uniforms = new();
    private readonly GrowingArray<float> _logProbs = new();
    private readonly GrowingArray<float> _entropies = new();

    /// <summary>One token per completion, from its row of hidden states.</summary>
    public ReadOnlySpan<DrawnToken> Draw(List<SessionCompletion> completions, Tensor hidden)
    {
        int count = completions.Count, C = model.Config.HiddenSize;
        Span<int> tokens = _tokens.Take(count);
        Span<double> uniforms = _uniforms.Take(count);
        Span<float> logProbs = _logProbs.Take(count), entropies = _entropies.Take(count);
        for (int i = 0; i < count; i++)
        {
            uniforms[i] = RandomNumbers.Uniform(completions[i].Request.Seeds[completions[i].Sample], completions[i].Length);
        }

        for (int first = 0, end; first < count; first = end)
        {
            SamplingRule rule = completions[first].Request.Rule;
            for (end = first + 1; end < count && completions[end].Request.Rule == rule; end++)
            {
            }

            Range run = first..end;
            model.Sample(
                hidden.Slice((long)first * C, (long)(end - first) * C), rule, uniforms[run], tokens[run], logProbs[run],
                entropies[run], selfCertainties: default);
        }

        Span<DrawnToken> drawn = _drawn.Take(count);
        for (int i = 0; i < count; i++)
        {
            drawn[i] = new DrawnToken(tokens[i], logProbs[i], [], []);
        }

        AddAlternatives(completions, hidden, drawn);
        return drawn;
    }

    private void AddAlternatives(List<SessionCompletion> completions, Tensor hidden, Span<DrawnToken> drawn)
    {
        int[] rows = [.. Enumerable.Range(0, completions.Count).Where(i => completions[i].Request.Alternatives > 0)];
        if (rows.Length == 0)
        {
            return;
        }

        int top = Math.Min(rows.Max(row => completions[row].Request.Alternatives), model.Config.VocabularySize);
        int[] targets = new int[rows.Length], ranks = new int[rows.Length], likely = new int[rows.Length * top];
        float[] logProbs = new float[rows.Length], likelyLogProbs = new float[likely.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            targets[i] = drawn[rows[i]].Id;
        }

        model.RankedLogProbs(hidden, rows, targets, top, logProbs, ranks, likely, likelyLogProbs);
        for (int i = 0; i < rows.Length; i++)
        {
            int wanted = Math.Min(completions[rows[i]].Request.Alternatives, top), start = i * top;
            drawn[rows[i]] = drawn[rows[i]] with
            {
                TopTokens = likely[start..(start + wanted)],
                TopLogProbs = likelyLogProbs[start..(start + wanted)],
            };
        }
    }
}
