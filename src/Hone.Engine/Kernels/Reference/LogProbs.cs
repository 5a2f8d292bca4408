using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of head and log-softmax: with z = W h and p = softmax(z), the log-probability is ln p_target and
/// the entropy -sum_v p_v ln p_v, both in nats.
/// </summary>
internal static class LogProbs
{
    /// <summary>Both outputs overwrite.</summary>
    public static void Forward<N>(
        ReadOnlySpan<N> hidden, // (T, C)
        ReadOnlySpan<int> rows, // (R) rows of hidden
        ReadOnlySpan<int> targets, // (R) token ids
        ReadOnlySpan<N> head, // (V, C)
        int C, int V,
        Span<N> logProbs, // (R) overwrites
        Span<N> entropies) // (R) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int r = 0; r < rows.Length; r++)
        {
            N[] logP = LogSoftmax(hidden.Slice(rows[r] * C, C), head, C, V);
            logProbs[r] = logP[targets[r]];
            N entropy = N.Zero;
            foreach (N value in logP)
            {
                entropy -= N.Exp(value) * value;
            }

            entropies[r] = entropy;
        }
    }

    /// <summary>Self-certainty, the divergence of p from the uniform distribution: -(1/V) sum_v ln(V p_v) (Kang et al. 2025).</summary>
    public static N SelfCertainty<N>(ReadOnlySpan<N> hidden, ReadOnlySpan<N> head, int C, int V) // (C), (V, C)
        where N : IBinaryFloatingPointIeee754<N>
    {
        N divergence = N.Zero;
        foreach (N value in LogSoftmax(hidden, head, C, V))
        {
            divergence -= (N.Log(N.CreateChecked(V)) + value) / N.CreateChecked(V);
        }

        return divergence;
    }

    /// <summary>dz_v = dLogProb ([v = target] - p_v); dh = sum_v dz_v W_v; dW_v += dz_v h.</summary>
    public static void Backward<N>(
        ReadOnlySpan<N> dLogProbs, // (R)
        ReadOnlySpan<N> hidden, // (T, C)
        ReadOnlySpan<int> rows, // (R)
        ReadOnlySpan<int> targets, // (R)
        ReadOnlySpan<N> head, // (V, C)
        int C, int V,
        Span<N> dHidden, // (T, C) overwrites; rows that nothing reads get zero
        Span<N> dHead) // (V, C) adds
        where N : IBinaryFloatingPointIeee754<N>
    {
        dHidden.Clear();
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<N> h = hidden.Slice(rows[r] * C, C);
            Span<N> dh = dHidden.Slice(rows[r] * C, C);
            N[] logP = LogSoftmax(h, head, C, V);
            for (int v = 0; v < V; v++)
            {
                N dz = dLogProbs[r] * ((v == targets[r] ? N.One : N.Zero) - N.Exp(logP[v]));
                for (int c = 0; c < C; c++)
                {
                    dh[c] += dz * head[(v * C) + c];
                    dHead[(v * C) + c] += dz * h[c];
                }
            }
        }
    }

    private static N[] LogSoftmax<N>(ReadOnlySpan<N> hidden, ReadOnlySpan<N> head, int C, int V)
        where N : IBinaryFloatingPointIeee754<N>
    {
        var logits = new N[V];
        MatMul.Forward(hidden, head, default, 1, C, V, logits);
        N largest = N.NegativeInfinity;
        foreach (N logit in logits)
        {
            largest = N.Max(largest, logit);
        }

        N sum = N.Zero;
        foreach (N logit in logits)
        {
            sum += N.Exp(logit - largest);
        }

        N logSum = largest + N.Log(sum);
        for (int v = 0; v < V; v++)
        {
            logits[v] -= logSum;
        }

        return logits;
    }
}
