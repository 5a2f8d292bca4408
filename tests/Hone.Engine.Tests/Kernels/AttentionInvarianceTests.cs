using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>A token's attention has the same bits however its sequence is packed.</summary>
public class AttentionInvarianceTests
{
    public static TheoryData<KernelPath, int> PathsAndHeadSizes => AttentionTests.PathsAndHeadSizes;

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Sequence_alone_is_the_sequence_in_a_batch(KernelPath path, int headSize)
    {
        var shape = new HeadShape(4, 2, headSize);
        int[] lengths = [1, 15, 16, 17, 37, 50];
        var packed = SequenceLayout.Independent(lengths);
        float[] qkv = Values.Normal(1, packed.Tokens * shape.RowWidth);
        float[] dOut = Values.Normal(2, packed.Tokens * 4 * headSize);
        using KernelSet kernels = Paths.Open(path, 2);
        float[] output = AttentionTests.Forward(kernels, qkv, packed, shape);
        float[] dqkv = AttentionTests.Backward(kernels, dOut, qkv, packed, shape);
        foreach (Segment segment in packed.Segments)
        {
            var alone = SequenceLayout.Independent(segment.Length);
            float[] rows = Part(qkv, segment, shape.RowWidth), dRows = Part(dOut, segment, 4 * headSize);
            string where = $"{path}, length {segment.Length}";
            Near.Exact(
                "out (t h*d)", [segment.Length, 4 * headSize], AttentionTests.Forward(kernels, rows, alone, shape),
                Part(output, segment, 4 * headSize), where);
            Near.Exact(
                "dqkv (t q)", [segment.Length, shape.RowWidth], AttentionTests.Backward(kernels, dRows, rows, alone, shape),
                Part(dqkv, segment, shape.RowWidth), where);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Many_sequences_and_a_long_one_are_each_alone(KernelPath path)
    {
        // Enough families that a work item takes several, and more keys than one stretch of them.
        var shape = new HeadShape(4, 2, 16);
        int[] lengths = [.. Enumerable.Range(0, 37).Select(i => i == 20 ? 300 : 1 + (i * 7 % 40))];
        var packed = SequenceLayout.Independent(lengths);
        float[] qkv = Values.Normal(1, packed.Tokens * shape.RowWidth), dOut = Values.Normal(2, packed.Tokens * 64);
        foreach (int threads in (int[])[1, 2])
        {
            using KernelSet kernels = Paths.Open(path, threads);
            float[] output = AttentionTests.Forward(kernels, qkv, packed, shape);
            float[] dqkv = AttentionTests.Backward(kernels, dOut, qkv, packed, shape);
            foreach (Segment segment in packed.Segments)
            {
                var alone = SequenceLayout.Independent(segment.Length);
                float[] rows = Part(qkv, segment, shape.RowWidth), dRows = Part(dOut, segment, 64);
                string where = $"{path}, length {segment.Length}, {threads} threads";
                Near.Exact(
                    "out (t h*d)", [segment.Length, 64], AttentionTests.Forward(kernels, rows, alone, shape),
                    Part(output, segment, 64), where);
                Near.Exact(
                    "dqkv (t q)", [segment.Length, shape.RowWidth], AttentionTests.Backward(kernels, dRows, rows, alone, shape),
                    Part(dqkv, segment, shape.RowWidth), where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Last_token_over_a_long_cache_is_attention(KernelPath path)
    {
        var shape = new HeadShape(7, 1, 16);
        const int Length = 300;
        float[] qkv = Values.Normal(5, Length * shape.RowWidth);
        using KernelSet kernels = Paths.Open(path);
        float[] expected = AttentionTests.Forward(kernels, qkv, SequenceLayout.Independent(Length), shape);
        using var cache = new KeyValueCache(1, shape, [Length]);
        using var memory = new TestMemory();
        CacheRow[] rows = [.. Enumerable.Range(0, Length).Select(t => new CacheRow(0, t))];
        kernels.CacheStore(memory.Of(qkv), cache, 0, rows, shape);
        Tensor output = memory.Output(7 * 16);
        float[] last = qkv.AsSpan((Length - 1) * shape.RowWidth).ToArray();
        kernels.CacheAttention(memory.Of(last), cache, 0, rows.AsSpan(Length - 1), shape, 0, output);
        Near.Exact("out (h*d)", [7 * 16], expected.AsSpan((Length - 1) * 7 * 16), output.Span.ToArray(), $"{path}");
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Shared_prefix_is_the_prefix_repeated(KernelPath path, int headSize)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        using KernelSet kernels = Paths.Open(path, 2);
        float[] shared = AttentionTests.Forward(kernels, batch.Qkv, batch.Layout, batch.Shape);
        float[] repeated = AttentionTests.Forward(
            kernels, batch.Repeat(batch.Qkv, batch.Shape.RowWidth), batch.Repeated, batch.Shape);
        Near.Exact(
            "out (t h*d)", [batch.Repeated.Tokens, batch.OutputWidth], repeated, batch.Repeat(shared, batch.OutputWidth),
            $"{path}");
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Gradient_of_a_shared_prefix_is_the_sum_over_its_copies(KernelPath path, int headSize)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, headSize));
        int Q = batch.Shape.RowWidth;
        using KernelSet kernels = Paths.Open(path, 2);
        float[] dOut = Values.Normal(3, batch.Layout.Tokens * batch.OutputWidth);
        float[] dRepeated = batch.Repeat(dOut, batch.OutputWidth);
        var seen = new HashSet<int>();
        for (int t = 0; t < batch.Repeated.Tokens; t++)
        {
            // Written out, a prompt has many copies; one of them carries what comes from its own outputs.
            if (!seen.Add(batch.SourceOf[t]))
            {
                dRepeated.AsSpan(t * batch.OutputWidth, batch.OutputWidth).Clear();
            }
        }

        float[] shared = AttentionTests.Backward(kernels, dOut, batch.Qkv, batch.Layout, batch.Shape);
        float[] repeated = AttentionTests.Backward(
            kernels, dRepeated, batch.Repeat(batch.Qkv, Q), batch.Repeated, batch.Shape);
        var sum = new double[shared.Length];
        for (int i = 0; i < repeated.Length; i++)
        {
            sum[(batch.SourceOf[i / Q] * Q) + (i % Q)] += repeated[i];
        }

        Tolerance tolerance = Tolerance.Composite(headSize + batch.Layout.LongestSequence);
        Near.Check("dqkv (t q)", [batch.Layout.Tokens, Q], sum, shared, tolerance, $"{path}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Threads_change_nothing(KernelPath path)
    {
        Prefixed batch = Prefixed.Shared(new HeadShape(4, 2, 24));
        float[] dOut = Values.Normal(4, batch.Layout.Tokens * batch.OutputWidth);
        using KernelSet one = Paths.Open(path);
        float[] output = AttentionTests.Forward(one, batch.Qkv, batch.Layout, batch.Shape);
        float[] dqkv = AttentionTests.Backward(one, dOut, batch.Qkv, batch.Layout, batch.Shape);
        foreach (int threads in (int[])[2, 3])
        {
            using KernelSet several = Paths.Open(path, threads);
            Near.Exact(
                "out", [output.Length], output, AttentionTests.Forward(several, batch.Qkv, batch.Layout, batch.Shape), $"{path}");
            Near.Exact(
                "dqkv", [dqkv.Length], dqkv, AttentionTests.Backward(several, dOut, batch.Qkv, batch.Layout, batch.Shape),
                $"{path}");
        }
    }

    private static float[] Part(float[] rows, Segment segment, int width) =>
        rows[(segment.Start * width)..((segment.Start + segment.Length) * width)];
}
