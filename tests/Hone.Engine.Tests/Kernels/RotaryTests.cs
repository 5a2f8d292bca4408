using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class RotaryTests
{
    private static readonly int[] HeadSizes = [2, 4, 6, 8, 16, 18, 24, 30, 32, 34, 62, 64, 66, 128];

    public static TheoryData<KernelPath> All => Paths.All;

    [Fact]
    public void Quarter_turn_is_the_one_on_paper()
    {
        // One query head, one key head, one value head of size 2: (a, b) -> (-b, a), and the value stays.
        double[] qkv = [1, 2, 3, 4, 5, 6];
        Rotary.Forward<double>([1], [1, 0], [0, 1], new HeadShape(1, 1, 2), qkv);
        Assert.Equal([-2, 1, -4, 3, 5, 6], qkv);
        Rotary.Backward<double>([1], [1, 0], [0, 1], new HeadShape(1, 1, 2), qkv);
        Assert.Equal([1, 2, 3, 4, 5, 6], qkv);
    }

    [Fact]
    public void Reference_gradient_is_that_of_differences()
    {
        var turn = new Turn(new HeadShape(2, 1, 6));
        double[] x = turn.Qkv.Doubles(), dy = Values.Normal(9, turn.Qkv.Length).Doubles(), dx = [.. dy];
        Rotary.Backward<double>(turn.Positions, turn.Cosine.Doubles(), turn.Sine.Doubles(), turn.Shape, dx);
        GradientCheck.Check("dqkv (t q)", [5, turn.Shape.RowWidth], x, dx, () =>
        {
            double[] y = [.. x];
            Rotary.Forward<double>(turn.Positions, turn.Cosine.Doubles(), turn.Sine.Doubles(), turn.Shape, y);
            return GradientCheck.Dot(y, dy);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_directions_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int D in HeadSizes)
        {
            var turn = new Turn(new HeadShape(3, 1, D));
            double[] cosine = turn.Cosine.Doubles(), sine = turn.Sine.Doubles();
            double[] forward = turn.Qkv.Doubles(), backward = turn.Qkv.Doubles(), terms = turn.Qkv.Doubles().Absolute();
            Rotary.Forward<double>(turn.Positions, cosine, sine, turn.Shape, forward);
            Rotary.Backward<double>(turn.Positions, cosine, sine, turn.Shape, backward);
            Rotary.Backward<double>(turn.Positions, cosine.Absolute(), sine.Absolute(), turn.Shape, terms);
            double[] other = turn.Qkv.Doubles().Absolute();
            Rotary.Forward<double>(turn.Positions, cosine.Absolute(), sine.Absolute(), turn.Shape, other);
            for (int i = 0; i < terms.Length; i++)
            {
                terms[i] = Math.Max(terms[i], other[i]);
            }

            int[] axes = [5, turn.Shape.RowWidth];
            string where = $"{path}, D {D}";
            Near.Check("qkv (t q)", axes, forward, turn.On(kernels, false), Tolerance.ElementwiseTerms, where, terms);
            Near.Check("dqkv (t q)", axes, backward, turn.On(kernels, true), Tolerance.ElementwiseTerms, where, terms);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_path_gives_the_same_bits(KernelPath path)
    {
        using KernelSet plain = Paths.Open(KernelPath.Reference), kernels = Paths.Open(path, 2);
        foreach (int D in HeadSizes)
        {
            var turn = new Turn(new HeadShape(2, 2, D));
            Near.Exact("qkv (t q)", [5, turn.Shape.RowWidth], turn.On(plain, false), turn.On(kernels, false), $"{path}, D {D}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Position_outside_the_table_is_refused(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        var turn = new Turn(new HeadShape(1, 1, 4)) { Positions = [0, 1, 2, 3, 8] };
        Assert.Throws<ArgumentOutOfRangeException>(() => turn.On(kernels, false));
    }

    private sealed record Turn(HeadShape Shape)
    {
        private const int Rows = 8;

        public int[] Positions { get; init; } = [0, 7, 1, 1, 4];

        public float[] Qkv => Values.Normal(1, 5 * Shape.RowWidth);

        public float[] Cosine => [.. Angles.Select(angle => (float)Math.Cos(angle))];

        public float[] Sine => [.. Angles.Select(angle => (float)Math.Sin(angle))];

        private IEnumerable<float> Angles => Values.Normal(2, Rows * Shape.HeadSize / 2, 2f);

        public float[] On(KernelSet kernels, bool inverse)
        {
            using var memory = new TestMemory();
            Tensor qkv = memory.Of(Qkv);
            kernels.Rotary(qkv, Positions, memory.Of(Cosine), memory.Of(Sine), Shape, inverse);
            return qkv.Span.ToArray();
        }
    }
}
