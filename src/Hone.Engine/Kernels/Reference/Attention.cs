using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of causal attention over packed sequences: for query head h with key/value head g = h / (H/K),
/// p_j = softmax_j(q . k_j / sqrt(D)) over the tokens j of the sequence up to the query's own, or the last `window` of them
/// where that is not 0, and out = sum_j p_j v_j.
/// A sequence is a segment behind its prefix, whose tokens stand in the batch once for all who share it.
/// </summary>
internal static class Attention
{
    /// <summary>output overwrites.</summary>
    public static void Forward<N>(
        ReadOnlySpan<N> qkv, // (T, Q)
        SequenceLayout layout, HeadShape shape, int window,
        Span<N> output) // (T, H*D) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        int D = shape.HeadSize;
        foreach (Segment segment in layout.Segments)
        {
            for (int i = 0; i < segment.Length; i++)
            {
                for (int head = 0; head < shape.Heads; head++)
                {
                    N[] p = Probabilities(qkv, layout, segment, i, head, shape, window);
                    Span<N> mixed = output.Slice((((segment.Start + i) * shape.Heads) + head) * D, D);
                    mixed.Clear();
                    for (int j = 0; j < p.Length; j++)
                    {
                        ReadOnlySpan<N> value = qkv.Slice(ValueAt(layout, segment, j, head, shape), D);
                        for (int d = 0; d < D; d++)
                        {
                            mixed[d] += p[j] * value[d];
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// dv_j += p_j dOut; ds_j = p_j (dOut . v_j - sum_k p_k dOut . v_k) / sqrt(D); dq += ds_j k_j; dk_j += ds_j q.
    /// </summary>
    public static void Backward<N>(
        ReadOnlySpan<N> dOutput, // (T, H*D)
        ReadOnlySpan<N> qkv, // (T, Q)
        SequenceLayout layout, HeadShape shape, int window,
        Span<N> dqkv) // (T, Q) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        int D = shape.HeadSize;
        dqkv.Clear();
        foreach (Segment segment in layout.Segments)
        {
            for (int i = 0; i < segment.Length; i++)
            {
                for (int head = 0; head < shape.Heads; head++)
                {
                    N[] p = Probabilities(qkv, layout, segment, i, head, shape, window);
                    ReadOnlySpan<N> dOut = dOutput.Slice((((segment.Start + i) * shape.Heads) + head) * D, D);
                    N mean = N.Zero;
                    var dp = new N[p.Length];
                    for (int j = 0; j < p.Length; j++)
                    {
                        int value = ValueAt(layout, segment, j, head, shape);
                        dp[j] = Dot(dOut, qkv.Slice(value, D));
                        mean += p[j] * dp[j];
                        for (int d = 0; d < D; d++)
                        {
                            dqkv[value + d] += p[j] * dOut[d];
                        }
                    }

                    int query = QueryAt(segment, i, head, shape);
                    for (int j = 0; j < p.Length; j++)
                    {
                        int key = KeyAt(layout, segment, j, head, shape);
                        N ds = p[j] * (dp[j] - mean) / N.Sqrt(N.CreateChecked(D));
                        for (int d = 0; d < D; d++)
                        {
                            dqkv[query + d] += ds * qkv[key + d];
                            dqkv[key + d] += ds * qkv[query + d];
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// The weights with which token <paramref name="i"/> of a segment reads its sequence up to itself; zero before the window.
    /// </summary>
    private static N[] Probabilities<N>(
        ReadOnlySpan<N> qkv, SequenceLayout layout, Segment segment, int i, int head, HeadShape shape, int window)
        where N : IBinaryFloatingPointIeee754<N>
    {
        int D = shape.HeadSize;
        var p = new N[layout.PrefixLength(segment) + i + 1];
        int first = window == 0 ? 0 : Math.Max(0, p.Length - window);
        N largest = N.NegativeInfinity;
        for (int j = first; j < p.Length; j++)
        {
            N dot = Dot(
                qkv.Slice(QueryAt(segment, i, head, shape), D), qkv.Slice(KeyAt(layout, segment, j, head, shape), D));
            p[j] = dot / N.Sqrt(N.CreateChecked(D));
            largest = N.Max(largest, p[j]);
        }

        N sum = N.Zero;
        for (int j = first; j < p.Length; j++)
        {
            p[j] = N.Exp(p[j] - largest);
            sum += p[j];
        }

        for (int j = 0; j < p.Length; j++)
        {
            p[j] /= sum;
        }

        return p;
    }

    private static int QueryAt(Segment segment, int i, int head, HeadShape shape) =>
        ((segment.Start + i) * shape.RowWidth) + (head * shape.HeadSize);

    private static int KeyAt(SequenceLayout layout, Segment segment, int j, int head, HeadShape shape) =>
        (TokenAt(layout, segment, j) * shape.RowWidth) + ((shape.Heads + (head / shape.Group)) * shape.HeadSize);

    private static int ValueAt(SequenceLayout layout, Segment segment, int j, int head, HeadShape shape) =>
        KeyAt(layout, segment, j, head, shape) + (shape.KeyValueHeads * shape.HeadSize);

    /// <summary>The token of the batch that is number <paramref name="j"/> of the segment's sequence.</summary>
    private static int TokenAt(SequenceLayout layout, Segment segment, int j)
    {
        int prefix = layout.PrefixLength(segment);
        return j < prefix ? layout.Segments[segment.Prefix].Start + j : segment.Start + j - prefix;
    }

    private static N Dot<N>(ReadOnlySpan<N> a, ReadOnlySpan<N> b)
        where N : IBinaryFloatingPointIeee754<N>
    {
        N sum = N.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
