using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>
/// Every element is one chain of fused multiply-adds in order: on every path, for every batch, on every thread.
/// </summary>
public class MatMulOrderTests
{
    private const int I = 300, O = 50;
    private readonly float[] _weight = Values.Normal(1, O * I);
    private readonly float[] _bias = Values.Normal(2, O);
    private readonly float[] _x = Values.Normal(3, 73 * I);
    private readonly float[] _dy = Values.Normal(4, 73 * O);

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Elements_add_their_products_in_order(KernelPath path)
    {
        const int T = 13;
        var y = new float[T * O];
        var dx = new float[T * I];
        var dWeight = new float[O * I];
        for (int t = 0; t < T; t++)
        {
            for (int o = 0; o < O; o++)
            {
                y[(t * O) + o] = Chain(I, _bias[o], i => _x[(t * I) + i], i => _weight[(o * I) + i]);
            }

            for (int i = 0; i < I; i++)
            {
                dx[(t * I) + i] = Chain(O, 0, o => _dy[(t * O) + o], o => _weight[(o * I) + i]);
            }
        }

        for (int o = 0; o < O; o++)
        {
            for (int i = 0; i < I; i++)
            {
                dWeight[(o * I) + i] = Chain(T, 1, t => _dy[(t * O) + o], t => _x[(t * I) + i]);
            }
        }

        using KernelSet kernels = Paths.Open(path);
        Results actual = Run(kernels, 0, T);
        Near.Exact("y (t o)", [T, O], y, actual.Y, $"{path}");
        Near.Exact("dx (t i)", [T, I], dx, actual.Dx, $"{path}");
        Near.Exact("dWeight (o i)", [O, I], dWeight, actual.DWeight, $"{path}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Row_alone_is_the_row_in_a_batch(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        foreach (int T in (int[])[8, 73])
        {
            Results batch = Run(kernels, 0, T);
            for (int t = 0; t < T; t++)
            {
                Results alone = Run(kernels, t, 1);
                Near.Exact("y (o)", [O], batch.Y.AsSpan(t * O, O), alone.Y, $"{path}, row {t} of {T}");
                Near.Exact("dx (i)", [I], batch.Dx.AsSpan(t * I, I), alone.Dx, $"{path}, row {t} of {T}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Threads_change_nothing(KernelPath path)
    {
        using KernelSet one = Paths.Open(path);
        Results expected = Run(one, 0, 73);
        foreach (int threads in (int[])[2, 3])
        {
            using KernelSet several = Paths.Open(path, threads);
            Results actual = Run(several, 0, 73);
            string where = $"{path}, {threads} threads";
            Near.Exact("y (t o)", [73, O], expected.Y, actual.Y, where);
            Near.Exact("dx (t i)", [73, I], expected.Dx, actual.Dx, where);
            Near.Exact("dWeight (o i)", [O, I], expected.DWeight, actual.DWeight, where);
            Near.Exact("dBias (o)", [O], expected.DBias, actual.DBias, where);
        }
    }

    private static float Chain(int k, float start, Func<int, float> a, Func<int, float> b)
    {
        float sum = start;
        for (int i = 0; i < k; i++)
        {
            sum = MathF.FusedMultiplyAdd(a(i), b(i), sum);
        }

        return sum;
    }

    private Results Run(KernelSet kernels, int first, int T)
    {
        using var memory = new TestMemory();
        using PackedMatrix packed = new(O, I), transposed = new(I, O);
        Tensor weight = memory.Of(_weight), x = memory.Of(_x.AsSpan(first * I, T * I));
        Tensor dy = memory.Of(_dy.AsSpan(first * O, T * O));
        Tensor y = memory.Output(T * O), dx = memory.Output(T * I), dBias = memory.Zeros(O);
        Tensor dWeight = memory.Output(O * I);
        dWeight.Span.Fill(1f);
        kernels.Pack(weight, packed);
        kernels.PackTransposed(weight, transposed);
        kernels.MatMul(x, packed, memory.Of(_bias), default, T, y);
        kernels.MatMul(dy, transposed, default, default, T, dx);
        kernels.MatMulBackwardWeight(dy, x, T, I, O, dWeight);
        kernels.BiasBackward(dy, T, O, dBias);
        return new Results(y.Span.ToArray(), dx.Span.ToArray(), dWeight.Span.ToArray(), dBias.Span.ToArray());
    }

    private sealed record Results(float[] Y, float[] Dx, float[] DWeight, float[] DBias);
}
