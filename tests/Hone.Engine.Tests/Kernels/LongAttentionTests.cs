using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>More keys than one stretch of 256, and a shared prompt longer than that.</summary>
public class LongAttentionTests
{
    public static TheoryData<KernelPath, int> PathsAndHeadSizes =>
        new MatrixTheoryData<KernelPath, int>(Enum.GetValues<KernelPath>(), [16, 24]);

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Both_passes_are_the_reference(KernelPath path, int headSize)
    {
        var shape = new HeadShape(2, 1, headSize);
        using KernelSet kernels = Paths.Open(path, 2);
        SequenceLayout[] layouts =
        [
            SequenceLayout.Independent(257),
            SequenceLayout.Independent(300, 5, 520),
            new([new(0, 270, -1), new(270, 9, 0), new(279, 31, 0), .. Singles(310, 15)]),
        ];
        foreach (SequenceLayout layout in layouts)
        {
            int T = layout.Tokens, width = shape.Heads * headSize;
            float[] qkv = Values.Normal(1, T * shape.RowWidth), dOut = Values.Normal(2, T * width);
            double[] output = new double[dOut.Length], dqkv = new double[qkv.Length];
            Attention.Forward<double>(qkv.Doubles(), layout, shape, 0, output);
            Attention.Backward<double>(dOut.Doubles(), qkv.Doubles(), layout, shape, 0, dqkv);
            Tolerance tolerance = Tolerance.Composite(headSize + layout.LongestSequence);
            string where = $"{path}, {shape}, {T} tokens";
            Near.Check("out (t h*d)", [T, width], output, AttentionTests.Forward(kernels, qkv, layout, shape), tolerance, where);
            Near.Check(
                "dqkv (t q)", [T, shape.RowWidth], dqkv, AttentionTests.Backward(kernels, dOut, qkv, layout, shape), tolerance, where);
        }
    }

    // As many sequences as make a work item take several families.
    private static IEnumerable<Segment> Singles(int start, int count) =>
        Enumerable.Range(0, count).Select(i => new Segment(start + i, 1, -1));
}
