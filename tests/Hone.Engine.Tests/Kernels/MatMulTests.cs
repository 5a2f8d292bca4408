using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class MatMulTests
{
    // Around the tile heights, the panel width of 16, the stretch of 256 and the item of 72 rows.
    private static readonly int[] Tokens = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 24, 25, 71, 72, 73];
    private static readonly int[] Inputs = [1, 2, 7, 15, 16, 17, 33, 255, 256, 257];
    private static readonly int[] Outputs = [1, 2, 15, 16, 17, 33, 64];

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Product_is_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        foreach ((int T, int I, int O) in Sizes())
        {
            float[] x = Values.Normal(T, T * I), weight = Values.Normal(I, O * I), bias = Values.Normal(O, O);
            float[] given = (T + I) % 2 == 0 ? bias : [];
            double[] expected = new double[T * O], terms = new double[T * O];
            MatMul.Forward<double>(x.Doubles(), weight.Doubles(), given.Doubles(), T, I, O, expected);
            MatMul.Forward<double>(
                x.Doubles().Absolute(), weight.Doubles().Absolute(), given.Doubles().Absolute(), T, I, O, terms);
            Near.Check(
                "y (t o)", [T, O], expected, Product(kernels, x, weight, given, T, I, O), Tolerance.Reduction(I + 1),
                $"{path}, T {T}, I {I}, O {O}", terms);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        // The last one is wide enough for the tokens to be packed in two goes.
        foreach ((int T, int I, int O) in Sizes().Append((1030, 17, 5)).Append((5, 17, 1030)).Append((600, 130, 900)))
        {
            string where = $"{path}, T {T}, I {I}, O {O}";
            using var memory = new TestMemory();
            float[] x = Values.Normal(T, T * I), weight = Values.Normal(I, O * I), dy = Values.Normal(O, T * O);
            Tensor dx = memory.Output(T * I), dWeight = memory.Zeros(O * I), dBias = memory.Zeros(O);
            using var transposed = new PackedMatrix(I, O);
            kernels.PackTransposed(memory.Of(weight), transposed);
            kernels.MatMul(memory.Of(dy), transposed, default, default, T, dx);
            kernels.MatMulBackwardWeight(memory.Of(dy), memory.Of(x), T, I, O, dWeight);
            kernels.BiasBackward(memory.Of(dy), T, O, dBias);

            (double[] Dx, double[] DWeight, double[] DBias) expected =
                Gradients(x.Doubles(), weight.Doubles(), dy.Doubles(), T, I, O);
            (double[] Dx, double[] DWeight, double[] DBias) terms =
                Gradients(x.Doubles().Absolute(), weight.Doubles().Absolute(), dy.Doubles().Absolute(), T, I, O);
            Near.Check("dx (t i)", [T, I], expected.Dx, dx.Span, Tolerance.Reduction(O), where, terms.Dx);
            Near.Check(
                "dWeight (o i)", [O, I], expected.DWeight, dWeight.Span, Tolerance.Reduction(T), where, terms.DWeight);
            Near.Check("dBias (o)", [O], expected.DBias, dBias.Span, Tolerance.Reduction(T), where, terms.DBias);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Residual_is_added_to_the_finished_product(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        foreach ((int T, int I, int O) in new[] { (1, 3, 1), (13, 257, 33), (73, 600, 16), (150, 20, 300) })
        {
            using var memory = new TestMemory();
            using var packed = new PackedMatrix(O, I);
            float[] x = Values.Normal(1, T * I), weight = Values.Normal(2, O * I), bias = Values.Normal(3, O);
            float[] residual = Values.Normal(4, T * O), plain = Product(kernels, x, weight, bias, T, I, O);
            Tensor y = memory.Output(T * O);
            kernels.Pack(memory.Of(weight), packed);
            kernels.MatMul(memory.Of(x), packed, memory.Of(bias), memory.Of(residual), T, y);

            Assert.Equal(plain.Zip(residual, (product, rest) => product + rest), y.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Product_with_bfloat16_panels_is_the_product_with_rounded_weights(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach ((int T, int I, int O) in new[] { (1, 3, 1), (8, 257, 33), (73, 600, 16), (150, 20, 300) })
        {
            using var memory = new TestMemory();
            using var packed = new PackedMatrix(O, I, WeightFormat.BF16);
            float[] x = Values.Normal(1, T * I), weight = Values.Normal(2, O * I), bias = Values.Normal(3, O);
            weight[0] = 1 + (1 / 256f); // halfway between two neighbours: to the even one
            float[] rounded = [.. weight.Select(NearestBFloat)];
            Assert.Equal(1, rounded[0]);
            Tensor y = memory.Output(T * O);
            kernels.Pack(memory.Of(weight), packed);
            kernels.MatMul(memory.Of(x), packed, memory.Of(bias), default, T, y);

            Assert.Equal(Product(kernels, x, rounded, bias, T, I, O), y.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Panels_of_a_matrix_that_is_read_stretch_by_stretch_are_those_of_the_whole(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach ((int T, int I, int O) in new[] { (1, 3, 1), (8, 257, 33), (7, 600, 16), (15, 20, 300) })
        {
            foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
            {
                using var memory = new TestMemory();
                using PackedMatrix whole = new(O, I, format), read = new(O, I, format);
                float[] weight = Values.Normal(1, O * I);
                Tensor x = memory.Of(Values.Normal(2, T * I)), expected = memory.Output(T * O), y = memory.Output(T * O);
                kernels.Pack(memory.Of(weight), whole);
                kernels.Pack((row, column, values) => weight.AsSpan((row * I) + column, values.Length).CopyTo(values), read);
                kernels.MatMul(x, whole, default, default, T, expected);
                kernels.MatMul(x, read, default, default, T, y);

                Near.Exact("y (t o)", [T, O], expected.Span, y.Span, $"{path}, {format}");
            }
        }
    }

    [Fact]
    public void Transposed_panels_are_not_taken_in_bfloat16()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using var memory = new TestMemory();
        using var packed = new PackedMatrix(2, 3, WeightFormat.BF16);
        Tensor weight = memory.Zeros(6);

        Assert.Throws<ArgumentException>(() => kernels.PackTransposed(weight, packed));
    }

    // The candidate below and the one above; the nearer, or the even one of two as near.
    private static float NearestBFloat(float value)
    {
        uint low = BitConverter.SingleToUInt32Bits(value) & 0xffff0000;
        float below = BitConverter.UInt32BitsToSingle(low), above = BitConverter.UInt32BitsToSingle(low + 0x10000);
        double down = Math.Abs((double)value - below), up = Math.Abs((double)above - value);
        return down < up || (down == up && (low & 0x10000) == 0) ? below : above;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Parameter_gradients_add_to_what_is_there(KernelPath path)
    {
        const int T = 19, I = 21, O = 18;
        using KernelSet kernels = Paths.Open(path);
        using var memory = new TestMemory();
        float[] x = Values.Normal(1, T * I), dy = Values.Normal(2, T * O);
        Tensor dWeight = memory.Zeros(O * I), dBias = memory.Zeros(O);
        for (int pass = 0; pass < 2; pass++)
        {
            kernels.MatMulBackwardWeight(memory.Of(dy), memory.Of(x), T, I, O, dWeight);
            kernels.BiasBackward(memory.Of(dy), T, O, dBias);
        }

        double[] doubled = dy.Doubles();
        for (int i = 0; i < doubled.Length; i++)
        {
            doubled[i] *= 2;
        }

        double[] weight = new double[O * I];
        (_, double[] expected, double[] expectedBias) = Gradients(x.Doubles(), weight, doubled, T, I, O);
        (_, double[] terms, double[] termsBias) =
            Gradients(x.Doubles().Absolute(), weight, doubled.Absolute(), T, I, O);
        Near.Check("dWeight (o i)", [O, I], expected, dWeight.Span, Tolerance.Reduction(2 * T), $"{path}", terms);
        Near.Check("dBias (o)", [O], expectedBias, dBias.Span, Tolerance.Reduction(2 * T), $"{path}", termsBias);
    }

    private static IEnumerable<(int T, int I, int O)> Sizes() =>
        from T in Tokens from I in Inputs from O in Outputs where (T + I + O) % 3 == 0 || T == 1 select (T, I, O);

    private static float[] Product(KernelSet kernels, float[] x, float[] weight, float[] bias, int T, int I, int O)
    {
        using var memory = new TestMemory();
        using var packed = new PackedMatrix(O, I);
        kernels.Pack(memory.Of(weight), packed);
        Tensor y = memory.Output(T * O);
        kernels.MatMul(memory.Of(x), packed, bias.Length == 0 ? default : memory.Of(bias), default, T, y);
        return y.Span.ToArray();
    }

    private static (double[] Dx, double[] DWeight, double[] DBias) Gradients(
        double[] x, double[] weight, double[] dy, int T, int I, int O)
    {
        double[] dx = new double[T * I], dWeight = new double[O * I], dBias = new double[O];
        MatMul.BackwardInput<double>(dy, weight, T, I, O, dx);
        MatMul.BackwardWeight<double>(dy, x, T, I, O, dWeight);
        MatMul.BackwardBias<double>(dy, T, O, dBias);
        return (dx, dWeight, dBias);
    }
}
