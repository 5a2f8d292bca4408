using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class AttentionTests
{
    public static TheoryData<KernelPath, int> PathsAndHeadSizes =>
        new MatrixTheoryData<KernelPath, int>(Enum.GetValues<KernelPath>(), [4, 8, 16, 24, 32, 64]);

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Both_passes_are_the_reference(KernelPath path, int headSize)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (HeadShape shape in (HeadShape[])[new(2, 2, headSize), new(4, 2, headSize), new(3, 1, headSize)])
        {
            Prefixed batch = Prefixed.Shared(shape);
            float[] dOut = Values.Normal(6, batch.Layout.Tokens * batch.OutputWidth);
            double[] output = new double[dOut.Length], dqkv = new double[batch.Qkv.Length];
            Attention.Forward<double>(batch.Qkv.Doubles(), batch.Layout, shape, 0, output);
            Attention.Backward<double>(dOut.Doubles(), batch.Qkv.Doubles(), batch.Layout, shape, 0, dqkv);
            Tolerance tolerance = Tolerance.Composite(headSize + batch.Layout.LongestSequence);
            int T = batch.Layout.Tokens;
            Near.Check(
                "out (t h*d)", [T, batch.OutputWidth], output, Forward(kernels, batch.Qkv, batch.Layout, shape), tolerance,
                $"{path}, {shape}");
            Near.Check(
                "dqkv (t q)", [T, shape.RowWidth], dqkv, Backward(kernels, dOut, batch.Qkv, batch.Layout, shape), tolerance,
                $"{path}, {shape}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_length_is_the_reference(KernelPath path)
    {
        var shape = new HeadShape(2, 1, 6);
        using KernelSet kernels = Paths.Open(path);
        foreach (int length in Enumerable.Range(1, 50))
        {
            var layout = SequenceLayout.Independent(length);
            float[] qkv = Values.Normal(length, length * shape.RowWidth), dOut = Values.Normal(7, length * 12);
            double[] output = new double[dOut.Length], dqkv = new double[qkv.Length];
            Attention.Forward<double>(qkv.Doubles(), layout, shape, 0, output);
            Attention.Backward<double>(dOut.Doubles(), qkv.Doubles(), layout, shape, 0, dqkv);
            Tolerance tolerance = Tolerance.Composite(6 + length);
            Near.Check("out (t h*d)", [length, 12], output, Forward(kernels, qkv, layout, shape), tolerance, $"{path}, {length}");
            Near.Check(
                "dqkv (t q)", [length, 24], dqkv, Backward(kernels, dOut, qkv, layout, shape), tolerance, $"{path}, {length}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Large_scores_overflow_nothing(KernelPath path)
    {
        // Scores of some thousands: each token reads the one key that it likes best.
        var shape = new HeadShape(1, 1, 4);
        var layout = SequenceLayout.Independent(20);
        float[] qkv = Values.Normal(8, 20 * shape.RowWidth, 60f), dOut = Values.Normal(9, 80);
        double[] output = new double[80];
        Attention.Forward<double>(qkv.Doubles(), layout, shape, 0, output);
        using KernelSet kernels = Paths.Open(path);
        Near.Check(
            "out (t d)", [20, 4], output, Forward(kernels, qkv, layout, shape), Tolerance.LargeScores, $"{path}");
        Assert.All(Backward(kernels, dOut, qkv, layout, shape), value => Assert.True(float.IsFinite(value)));
    }

    internal static float[] Forward(KernelSet kernels, float[] qkv, SequenceLayout layout, HeadShape shape, int window = 0)
    {
        using var memory = new TestMemory();
        Tensor output = memory.Output(layout.Tokens * shape.Heads * shape.HeadSize);
        kernels.Attention(memory.Of(qkv), layout, shape, window, output);
        return output.Span.ToArray();
    }

    internal static float[] Backward(
        KernelSet kernels, float[] dOut, float[] qkv, SequenceLayout layout, HeadShape shape, int window = 0)
    {
        using var memory = new TestMemory();
        Tensor dqkv = memory.Output(qkv.Length);
        kernels.AttentionBackward(memory.Of(dOut), memory.Of(qkv), layout, shape, window, dqkv);
        return dqkv.Span.ToArray();
    }
}
