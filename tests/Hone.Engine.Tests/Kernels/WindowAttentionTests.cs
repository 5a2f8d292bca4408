using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>Attention in which a token sees a number of tokens up to itself.</summary>
public class WindowAttentionTests
{
    // Within a block of 16 keys, on its edges, and over several; the longest sequence of the batch has 50 tokens.
    private static readonly int[] Windows = [1, 2, 7, 15, 16, 17, 24, 33, 49];

    public static TheoryData<KernelPath, int> PathsAndHeadSizes => AttentionTests.PathsAndHeadSizes;

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Both_passes_are_the_reference(KernelPath path, int headSize)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        float[] dOut = Values.Normal(6, batch.Layout.Tokens * batch.OutputWidth);
        foreach (int window in Windows)
        {
            double[] output = new double[dOut.Length], dqkv = new double[batch.Qkv.Length];
            Attention.Forward<double>(batch.Qkv.Doubles(), batch.Layout, batch.Shape, window, output);
            Attention.Backward<double>(dOut.Doubles(), batch.Qkv.Doubles(), batch.Layout, batch.Shape, window, dqkv);
            Tolerance tolerance = Tolerance.Composite(headSize + batch.Layout.LongestSequence);
            string where = $"{path}, window {window}";
            Near.Check(
                "out (t h*d)", [batch.Layout.Tokens, batch.OutputWidth], output,
                AttentionTests.Forward(kernels, batch.Qkv, batch.Layout, batch.Shape, window), tolerance, where);
            Near.Check(
                "dqkv (t q)", [batch.Layout.Tokens, batch.Shape.RowWidth], dqkv,
                AttentionTests.Backward(kernels, dOut, batch.Qkv, batch.Layout, batch.Shape, window), tolerance, where);
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Window_that_no_sequence_outgrows_is_full_attention_to_the_bit(KernelPath path, int headSize)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        int longest = batch.Layout.LongestSequence, Q = batch.Shape.RowWidth, T = batch.Layout.Tokens;
        float[] dOut = Values.Normal(6, T * batch.OutputWidth);
        using KernelSet kernels = Paths.Open(path, 2);
        float[] output = AttentionTests.Forward(kernels, batch.Qkv, batch.Layout, batch.Shape);
        float[] dqkv = AttentionTests.Backward(kernels, dOut, batch.Qkv, batch.Layout, batch.Shape);
        foreach (int window in (int[])[longest, longest + 1, int.MaxValue])
        {
            Near.Exact(
                "out (t h*d)", [T, batch.OutputWidth], output,
                AttentionTests.Forward(kernels, batch.Qkv, batch.Layout, batch.Shape, window), $"{path}, window {window}");
            Near.Exact(
                "dqkv (t q)", [T, Q], dqkv,
                AttentionTests.Backward(kernels, dOut, batch.Qkv, batch.Layout, batch.Shape, window), $"{path}, window {window}");
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Shared_prefix_is_the_prefix_repeated(KernelPath path, int headSize)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int window in Windows)
        {
            float[] shared = AttentionTests.Forward(kernels, batch.Qkv, batch.Layout, batch.Shape, window);
            float[] repeated = AttentionTests.Forward(
                kernels, batch.Repeat(batch.Qkv, batch.Shape.RowWidth), batch.Repeated, batch.Shape, window);
            Near.Exact(
                "out (t h*d)", [batch.Repeated.Tokens, batch.OutputWidth], repeated, batch.Repeat(shared, batch.OutputWidth),
                $"{path}, window {window}");
        }
    }

    // Blocks of queries begin elsewhere in a sequence that is written out; a query's row of gradients must not show it.
    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Gradient_of_a_query_behind_a_shared_prefix_is_that_of_the_prefix_repeated(KernelPath path, int headSize)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        int Q = batch.Shape.RowWidth, queries = batch.OutputWidth;
        float[] dOut = Values.Normal(3, batch.Layout.Tokens * queries);
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int window in Windows)
        {
            float[] shared = AttentionTests.Backward(kernels, dOut, batch.Qkv, batch.Layout, batch.Shape, window);
            float[] repeated = AttentionTests.Backward(
                kernels, batch.Repeat(dOut, queries), batch.Repeat(batch.Qkv, Q), batch.Repeated, batch.Shape, window);
            Near.Exact(
                "dq (t h*d)", [batch.Repeated.Tokens, queries],
                [.. repeated.Chunk(Q).SelectMany(row => row.Take(queries))],
                [.. batch.Repeat(shared, Q).Chunk(Q).SelectMany(row => row.Take(queries))], $"{path}, window {window}");
        }
    }

    // Keys far behind the window are left out of the products; those of a long sequence come in several stretches.
    [Theory]
    [MemberData(nameof(All))]
    public void Tokens_behind_the_window_change_nothing(KernelPath path)
    {
        var shape = new HeadShape(2, 1, 16);
        const int Length = 400, Window = 37, Seen = 300;
        var layout = SequenceLayout.Independent(Length);
        float[] qkv = Values.Normal(1, Length * shape.RowWidth), dOut = Values.Normal(2, Length * 32);
        dOut.AsSpan(0, Seen * 32).Clear();
        float[] other = [.. qkv];
        Values.Normal(3, (Seen - Window + 1) * shape.RowWidth).CopyTo(other.AsSpan());
        using KernelSet kernels = Paths.Open(path, 2);
        Near.Exact(
            "out (t h*d)", [(Length - Seen) * 32],
            AttentionTests.Forward(kernels, qkv, layout, shape, Window).AsSpan(Seen * 32),
            AttentionTests.Forward(kernels, other, layout, shape, Window).AsSpan(Seen * 32), $"{path}");
        float[] dqkv = AttentionTests.Backward(kernels, dOut, qkv, layout, shape, Window);
        Assert.DoesNotContain(dqkv[..((Seen - Window + 1) * shape.RowWidth)], value => value != 0);
        Assert.Contains(dqkv[((Seen - Window + 1) * shape.RowWidth)..], value => value != 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Best_key_out_of_sight_overflows_nothing(KernelPath path)
    {
        // Scores of some thousands, the largest of them mostly behind the window.
        var shape = new HeadShape(1, 1, 4);
        var layout = SequenceLayout.Independent(60);
        float[] qkv = Values.Normal(8, 60 * shape.RowWidth, 60f), dOut = Values.Normal(9, 240);
        double[] output = new double[240];
        Attention.Forward<double>(qkv.Doubles(), layout, shape, 5, output);
        using KernelSet kernels = Paths.Open(path);
        Near.Check(
            "out (t d)", [60, 4], output, AttentionTests.Forward(kernels, qkv, layout, shape, 5), Tolerance.LargeScores, $"{path}");
        Assert.All(AttentionTests.Backward(kernels, dOut, qkv, layout, shape, 5), value => Assert.True(float.IsFinite(value)));
    }
}
