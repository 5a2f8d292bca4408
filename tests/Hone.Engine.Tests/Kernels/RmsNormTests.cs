using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class RmsNormTests
{
    private const float Epsilon = 1e-3f;
    private static readonly int[] Widths = [.. Enumerable.Range(1, 33), 47, 63, 64, 65, 127, 129, 200];

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Plain_norm_is_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        foreach (int C in Widths)
        {
            Compare(kernels, new Shape(C % 2 == 0 ? 3 : 67, 1, C, C));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Norm_of_heads_is_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        foreach (int C in Widths)
        {
            Compare(kernels, new Shape(35, 3, C, (5 * C) + 1));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Works_in_place_and_leaves_the_rest_of_a_row_alone(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        var shape = new Shape(4, 2, 19, 50);
        Run expected = Run.Of(kernels, shape);
        using var memory = new TestMemory();
        Tensor x = memory.Of(shape.X), dy = memory.Of(shape.DY), weight = memory.Of(shape.Weight);
        Tensor dWeight = memory.Zeros(shape.C);
        kernels.RmsNormBackward(dy, x, weight, Epsilon, shape.T, shape.Rows, shape.C, shape.Stride, dy, dWeight);
        kernels.RmsNorm(x, weight, Epsilon, shape.T, shape.Rows, shape.C, shape.Stride, x);
        for (int i = 0; i < shape.Length; i++)
        {
            bool inside = i % shape.Stride < shape.Rows * shape.C;
            Assert.Equal(inside ? expected.Y[i] : shape.X[i], x.Span[i]);
            Assert.Equal(inside ? expected.Dx[i] : shape.DY[i], dy.Span[i]);
        }

        Near.Exact("dWeight (c)", [shape.C], expected.DWeight, dWeight.Span, $"{path}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Row_alone_and_threads_give_the_same_bits(KernelPath path)
    {
        var shape = new Shape(70, 1, 37, 37);
        using KernelSet one = Paths.Open(path), three = Paths.Open(path, 3);
        Run expected = Run.Of(one, shape), actual = Run.Of(three, shape);
        Near.Exact("y (t c)", [70, 37], expected.Y, actual.Y, $"{path}");
        Near.Exact("dx (t c)", [70, 37], expected.Dx, actual.Dx, $"{path}");
        Near.Exact("dWeight (c)", [37], expected.DWeight, actual.DWeight, $"{path}");
        for (int t = 0; t < shape.T; t++)
        {
            Run alone = Run.Of(one, shape, t);
            Near.Exact("y (c)", [37], expected.Y.AsSpan(t * 37, 37), alone.Y, $"{path}, row {t}");
            Near.Exact("dx (c)", [37], expected.Dx.AsSpan(t * 37, 37), alone.Dx, $"{path}, row {t}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weight_gradient_adds_to_what_is_there(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        var shape = new Shape(9, 2, 21, 45);
        Run once = Run.Of(kernels, shape), twice = Run.Of(kernels, shape, passes: 2);
        double[] doubled = [.. once.DWeight.Select(value => 2.0 * value)];
        Near.Check("dWeight (c)", [21], doubled, twice.DWeight, Tolerance.Composite(2 * 18), $"{path}");
    }

    private static void Compare(KernelSet kernels, Shape shape)
    {
        (int T, int rows, int C, int stride) = (shape.T, shape.Rows, shape.C, shape.Stride);
        double[] y = Filled(shape.Length), dx = Filled(shape.Length), dWeight = new double[C];
        RmsNorm.Forward<double>(shape.X.Doubles(), shape.Weight.Doubles(), Epsilon, T, rows, C, stride, y);
        RmsNorm.Backward<double>(
            shape.DY.Doubles(), shape.X.Doubles(), shape.Weight.Doubles(), Epsilon, T, rows, C, stride, dx, dWeight);
        Run actual = Run.Of(kernels, shape);
        string where = $"{kernels.Path}, T {T}, rows {rows}, C {C}, stride {stride}";

        // dx is a difference of two terms, which all but cancel where C is 1; with every factor positive the smaller is
        // left.
        double[] size = y.Absolute(), terms = new double[shape.Length];
        RmsNorm.Backward<double>(
            shape.DY.Doubles().Absolute(), shape.X.Doubles().Absolute(), shape.Weight.Doubles().Absolute(), Epsilon, T, rows, C,
            stride, terms, new double[C]);
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = (2 * size[i] * Math.Abs(shape.DY[i] / shape.X[i])) - terms[i];
        }

        Near.Check("y (t s)", [T, stride], y, actual.Y, Tolerance.Composite(C), where, size);
        Near.Check("dx (t s)", [T, stride], dx, actual.Dx, Tolerance.Composite(C), where, terms);
        Near.Check("dWeight (c)", [C], dWeight, actual.DWeight, Tolerance.Composite(C + (T * rows)), where);
    }

    // What lies between the rows of two tokens is never written, so it stays NaN on both sides.
    private static double[] Filled(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NaN);
        return values;
    }

    private sealed record Shape(int T, int Rows, int C, int Stride)
    {
        public int Length => T * Stride;

        public float[] X { get; } = Values.Normal(1, T * Stride);

        public float[] DY { get; } = Values.Normal(2, T * Stride);

        public float[] Weight { get; } = Values.Normal(3, C);
    }

    private sealed record Run(float[] Y, float[] Dx, float[] DWeight)
    {
        /// <summary>Both passes over the whole shape, or over token <paramref name="only"/> alone.</summary>
        public static Run Of(KernelSet kernels, Shape shape, int only = -1, int passes = 1)
        {
            using var memory = new TestMemory();
            int T = only < 0 ? shape.T : 1, first = Math.Max(0, only) * shape.Stride, length = T * shape.Stride;
            Tensor x = memory.Of(shape.X.AsSpan(first, length)), dy = memory.Of(shape.DY.AsSpan(first, length));
            Tensor weight = memory.Of(shape.Weight), y = memory.Output(length), dx = memory.Output(length);
            Tensor dWeight = memory.Zeros(shape.C);
            kernels.RmsNorm(x, weight, Epsilon, T, shape.Rows, shape.C, shape.Stride, y);
            for (int pass = 0; pass < passes; pass++)
            {
                kernels.RmsNormBackward(dy, x, weight, Epsilon, T, shape.Rows, shape.C, shape.Stride, dx, dWeight);
            }

            return new Run(y.Span.ToArray(), dx.Span.ToArray(), dWeight.Span.ToArray());
        }
    }
}
