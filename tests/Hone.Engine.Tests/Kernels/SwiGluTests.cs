using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class SwiGluTests
{
    private static readonly int[] Widths = [.. Enumerable.Range(0, 34), 47, 48, 49, 63, 64, 65];

    public static TheoryData<KernelPath> All => Paths.All;

    [Fact]
    public void Gate_of_ln_3_is_the_one_on_paper()
    {
        // s(ln 3) = 3/4: y = 3/4 ln 3 * 8; at gate 0, s = 1/2 and the slope of silu is 1/2.
        double ln3 = Math.Log(3);
        double[] gateUp = [ln3, 0, 8, 6], y = new double[2], dGateUp = new double[4], again = new double[2];
        SwiGlu.Forward<double>(gateUp, 1, 2, y);
        SwiGlu.Backward<double>([1, 1], gateUp, 1, 2, dGateUp, again);
        Near.Check("y (f)", [2], [6 * ln3, 0], y, Tolerance.DoubleSum, "paper");
        Assert.Equal(y, again);
        double slope = 0.75 * (1 + (ln3 / 4));
        Near.Check("dGateUp (2f)", [4], [8 * slope, 3, 0.75 * ln3, 0], dGateUp, Tolerance.DoubleSum, "paper");
    }

    [Fact]
    public void Reference_gradient_is_that_of_differences()
    {
        const int T = 3, F = 13;
        double[] gateUp = Values.Normal(1, 2 * T * F, 2f).Doubles(), dy = Values.Normal(2, T * F).Doubles();
        var dGateUp = new double[2 * T * F];
        SwiGlu.Backward<double>(dy, gateUp, T, F, dGateUp, new double[T * F]);
        GradientCheck.Check("dGateUp (t 2f)", [T, 2 * F], gateUp, dGateUp, () =>
        {
            var y = new double[T * F];
            SwiGlu.Forward<double>(gateUp, T, F, y);
            return GradientCheck.Dot(y, dy);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_passes_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int F in Widths)
        {
            int T = F % 3 == 0 ? 35 : 2;
            float[] gateUp = Values.Normal(1, 2 * T * F, 3f), dy = Values.Normal(2, T * F);
            double[] y = new double[T * F], dGateUp = new double[2 * T * F];
            SwiGlu.Forward<double>(gateUp.Doubles(), T, F, y);
            SwiGlu.Backward<double>(dy.Doubles(), gateUp.Doubles(), T, F, dGateUp, new double[T * F]);
            (float[] Y, float[] DGateUp) actual = Run(kernels, gateUp, dy, T, F);
            Near.Check("y (t f)", [T, F], y, actual.Y, Tolerance.Elementwise, $"{path}, F {F}");

            // The slope s (1 + g - g s) of silu may cancel; its terms are at most s and g s.
            double[] terms = new double[2 * T * F];
            for (int i = 0; i < terms.Length; i++)
            {
                double gate = gateUp[i], s = 1 / (1 + Math.Exp(-gate));
                bool isGate = i % (2 * F) < F;
                terms[i] = !isGate ? Math.Abs(dGateUp[i])
                    : Math.Abs(dy[(i / (2 * F) * F) + (i % (2 * F))] * gateUp[i + F]) * s * (1 + Math.Abs(gate));
            }

            Near.Check("dGateUp (t 2f)", [T, 2 * F], dGateUp, actual.DGateUp, Tolerance.ElementwiseTerms, $"{path}, F {F}", terms);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_path_gives_the_same_bits(KernelPath path)
    {
        const int T = 3, F = 45;
        using KernelSet plain = Paths.Open(KernelPath.Reference), kernels = Paths.Open(path, 2);
        float[] gateUp = Values.Normal(1, 2 * T * F, 3f), dy = Values.Normal(2, T * F);
        (float[] Y, float[] DGateUp) expected = Run(plain, gateUp, dy, T, F), actual = Run(kernels, gateUp, dy, T, F);
        Near.Exact("y (t f)", [T, F], expected.Y, actual.Y, $"{path}");
        Near.Exact("dGateUp (t 2f)", [T, 2 * F], expected.DGateUp, actual.DGateUp, $"{path}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gate_far_out_gives_zero_or_the_identity(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        (float[] y, float[] dGateUp) = Run(kernels, [-10000, -100, 100, 10000, 2, 2, 2, 2], [1, 1, 1, 1], 1, 4);
        Near.Check("y (f)", [4], [0, 0, 200, 20000], y, Tolerance.ElementwiseTerms, $"{path}", [1, 1, 200, 20000]);
        Near.Check(
            "dGate (f)", [4], [0, 0, 2, 2], dGateUp.AsSpan(0, 4), Tolerance.ElementwiseTerms, $"{path}", [1, 1, 1, 1]);
        Near.Check(
            "dUp (f)", [4], [0, 0, 100, 10000], dGateUp.AsSpan(4), Tolerance.ElementwiseTerms, $"{path}", [1, 1, 1, 1]);
    }

    // The backward pass gives the forward pass's y again, in a tensor of its own and in place of dy.
    private static (float[] Y, float[] DGateUp) Run(KernelSet kernels, float[] gateUp, float[] dy, int T, int F)
    {
        using var memory = new TestMemory();
        Tensor from = memory.Of(gateUp), y = memory.Output(T * F);
        Tensor apart = memory.Output(T * F), dApart = memory.Output(2 * T * F);
        Tensor inPlace = memory.Of(dy), dInPlace = memory.Output(2 * T * F);
        kernels.SwiGlu(from, T, F, y);
        kernels.SwiGluBackward(memory.Of(dy), from, T, F, dApart, apart);
        kernels.SwiGluBackward(inPlace, from, T, F, dInPlace, inPlace);
        Near.Exact("y again (t f)", [T, F], y.Span, apart.Span, $"{kernels.Path}, F {F}");
        Near.Exact("y in place of dy (t f)", [T, F], y.Span, inPlace.Span, $"{kernels.Path}, F {F}");
        Near.Exact("dGateUp in place (t 2f)", [T, 2 * F], dApart.Span, dInPlace.Span, $"{kernels.Path}, F {F}");
        return (y.Span.ToArray(), dApart.Span.ToArray());
    }
}
