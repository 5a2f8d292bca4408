using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Plain = Hone.Engine.Kernels.Reference.LogProbs;

namespace Hone.Engine.Tests.Testing;

/// <summary>Hidden states, an output head, and rows with targets, some rows read twice and some not at all.</summary>
internal sealed class HeadCase(int T, int C, int V, int R)
{
    public int[] Rows { get; } = Values.Tokens(R, R, T);

    public int[] Targets { get; } = Values.Tokens(R + 1, R, V);

    public float[] Hidden { get; } = Values.Normal(1, T * C);

    public float[] Head { get; } = Values.Normal(2, V * C);

    public float[] DLogProbs { get; } = Values.Normal(3, R);

    public override string ToString() => $"T {T}, C {C}, V {V}, R {R}";

    public (double[] LogProbs, double[] Entropies) Expected()
    {
        double[] logProbs = new double[R], entropies = new double[R];
        Plain.Forward<double>(Hidden.Doubles(), Rows, Targets, Head.Doubles(), C, V, logProbs, entropies);
        return (logProbs, entropies);
    }

    public (double[] DHidden, double[] DHead) ExpectedGradients()
    {
        double[] dHidden = new double[T * C], dHead = new double[V * C];
        Plain.Backward<double>(
            DLogProbs.Doubles(), Hidden.Doubles(), Rows, Targets, Head.Doubles(), C, V, dHidden, dHead);
        return (dHidden, dHead);
    }

    public (float[] LogProbs, float[] Entropies) On(KernelSet kernels) => On(kernels, 0, R);

    /// <summary>Rows from <paramref name="first"/> on, <paramref name="count"/> of them, alone.</summary>
    public (float[] LogProbs, float[] Entropies) On(KernelSet kernels, int first, int count)
    {
        using var memory = new TestMemory();
        using var packed = new PackedMatrix(V, C);
        kernels.Pack(memory.Of(Head), packed);
        float[] logProbs = new float[count], entropies = new float[count];
        kernels.LogProbs(
            memory.Of(Hidden), Rows.AsSpan(first, count), Targets.AsSpan(first, count), packed, logProbs, entropies);
        return (logProbs, entropies);
    }

    public (float[] DHidden, float[] DHead) GradientsOn(KernelSet kernels, int passes = 1)
    {
        using var memory = new TestMemory();
        using PackedMatrix packed = new(V, C), transposed = new(C, V);
        Tensor head = memory.Of(Head), dHidden = memory.Output(T * C), dHead = memory.Zeros(V * C);
        kernels.Pack(head, packed);
        kernels.PackTransposed(head, transposed);
        for (int pass = 0; pass < passes; pass++)
        {
            kernels.LogProbsBackward(DLogProbs, memory.Of(Hidden), T, Rows, Targets, packed, transposed, dHidden, dHead);
        }

        return (dHidden.Span.ToArray(), dHead.Span.ToArray());
    }
}
