using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;
using Plain = Hone.Engine.Kernels.Reference.AdamW;

namespace Hone.Engine.Tests.Kernels;

public class AdamWTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 34), 16384, 16385];

    public static TheoryData<KernelPath> All => Paths.All;

    [Fact]
    public void First_step_is_the_one_on_paper()
    {
        // g = 4 * 0.5 = 2; mHat = 2, vHat = 4; p = 10 (1 - 0.1 * 0.5) - 0.1 * 2 / (2 + 2).
        double[] p = [10], m = [0], v = [0];
        Plain.Update<double>([4], new AdamWStep(1, 0.1, 0.75, 0.5, 2), 0.5, 0.5, p, m, v);
        Near.Check("p", [1], [9.45], p, Tolerance.DoubleSum, "paper");
        Near.Check("m", [1], [0.5], m, Tolerance.DoubleSum, "paper");
        Near.Check("v", [1], [2], v, Tolerance.DoubleSum, "paper");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Steps_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int length in Lengths)
        {
            foreach (double beta2 in (double[])[0.95, 0.999])
            {
                var state = new State(length);
                State actual = state.After(kernels, 3, beta2);
                double[] p = state.P.Doubles(), m = state.M.Doubles(), v = state.V.Doubles();
                double[] terms = [.. p.Select(value => Math.Abs(value) + 0.1)]; // the steps' sizes are at most 0.03 each
                for (int step = 1; step <= 3; step++)
                {
                    Plain.Update<double>(State.Gradient(length, step).Doubles(), Step(step, beta2), 0.5, 0.1f, p, m, v);
                }

                double[] termsM = [.. m.Select(value => Math.Abs(value) + 1)]; // gradients of size 1 may cancel
                string where = $"{path}, n {length}, beta2 {beta2}";
                Near.Check("p (n)", [length], p, actual.P, Tolerance.ElementwiseTerms, where, terms);
                Near.Check("m (n)", [length], m, actual.M, Tolerance.ElementwiseTerms, where, termsM);
                Near.Check("v (n)", [length], v, actual.V, Tolerance.Elementwise, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_path_gives_the_same_bits(KernelPath path)
    {
        const int length = 45;
        using KernelSet plain = Paths.Open(KernelPath.Reference), kernels = Paths.Open(path, 3);
        State expected = new State(length).After(plain, 3, 0.999), actual = new State(length).After(kernels, 3, 0.999);
        Near.Exact("p (n)", [length], expected.P, actual.P, $"{path}");
        Near.Exact("m (n)", [length], expected.M, actual.M, $"{path}");
        Near.Exact("v (n)", [length], expected.V, actual.V, $"{path}");
    }

    private static AdamWStep Step(int step, double beta2) => new(step, 0.01, 0.9, beta2, 1e-8);

    private sealed record State(float[] P, float[] M, float[] V)
    {
        public State(int length)
            : this(Values.Normal(1, length), new float[length], new float[length])
        {
        }

        public static float[] Gradient(int length, int step) => Values.Normal(10 + step, length);

        public State After(KernelSet kernels, int steps, double beta2)
        {
            using var memory = new TestMemory();
            Tensor p = memory.Of(P), m = memory.Of(M), v = memory.Of(V);
            for (int step = 1; step <= steps; step++)
            {
                kernels.AdamW(p, memory.Of(Gradient(P.Length, step)), m, v, Step(step, beta2), 0.5f, 0.1f);
            }

            return new State(p.Span.ToArray(), m.Span.ToArray(), v.Span.ToArray());
        }
    }
}
