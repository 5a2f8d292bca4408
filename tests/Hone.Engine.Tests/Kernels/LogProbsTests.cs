using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class LogProbsTests
{
    private static readonly int[] Vocabularies = [.. Enumerable.Range(1, 34), 47, 63, 64, 65, 127, 129];

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Log_probabilities_and_entropies_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int V in Vocabularies)
        {
            Compare(kernels, new HeadCase(9, V % 5 == 0 ? 33 : 7, V, 14), 33, V);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rows_beyond_a_chunk_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        Compare(kernels, new HeadCase(40, 5, 6, 2100), 5, 6);
        Compare(kernels, new HeadCase(30, 1, 200_000, 30), 1, 200_000);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_are_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int V in Vocabularies.Where(V => V > 1))
        {
            CompareGradients(kernels, new HeadCase(9, V % 5 == 0 ? 33 : 7, V, 14), 9, V % 5 == 0 ? 33 : 7, V, 14);
        }

        CompareGradients(kernels, new HeadCase(40, 5, 6, 2100), 40, 5, 6, 2100);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradient_of_the_head_adds_and_that_of_the_hidden_states_overwrites(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        var head = new HeadCase(9, 7, 18, 14);
        (float[] DHidden, float[] DHead) once = head.GradientsOn(kernels), twice = head.GradientsOn(kernels, passes: 2);
        Near.Exact("dHidden (t c)", [9, 7], once.DHidden, twice.DHidden, $"{path}");
        double[] doubled = [.. once.DHead.Select(value => 2.0 * value)];
        Near.Check("dHead (v c)", [18, 7], doubled, twice.DHead, Tolerance.Composite(28), $"{path}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Row_alone_and_threads_give_the_same_bits(KernelPath path)
    {
        const int R = 1030;
        var head = new HeadCase(73, 21, 50, R);
        using KernelSet one = Paths.Open(path), three = Paths.Open(path, 3);
        (float[] LogProbs, float[] Entropies) expected = head.On(one), threaded = head.On(three);
        Near.Exact("logProbs (r)", [R], expected.LogProbs, threaded.LogProbs, $"{path}");
        Near.Exact("entropies (r)", [R], expected.Entropies, threaded.Entropies, $"{path}");
        (float[] DHidden, float[] DHead) gradients = head.GradientsOn(one), threadedGradients = head.GradientsOn(three);
        Near.Exact("dHidden (t c)", [73, 21], gradients.DHidden, threadedGradients.DHidden, $"{path}");
        Near.Exact("dHead (v c)", [50, 21], gradients.DHead, threadedGradients.DHead, $"{path}");
        for (int r = 0; r < R; r += 13)
        {
            (float[] LogProbs, float[] Entropies) alone = head.On(one, r, 1);
            Near.Exact("logProb", [1], expected.LogProbs.AsSpan(r, 1), alone.LogProbs, $"{path}, row {r}");
            Near.Exact("entropy", [1], expected.Entropies.AsSpan(r, 1), alone.Entropies, $"{path}, row {r}");
        }
    }

    [Fact]
    public void Target_outside_the_vocabulary_is_refused()
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        var head = new HeadCase(3, 2, 5, 1);
        head.Targets[0] = 5;
        Assert.Throws<ArgumentOutOfRangeException>(() => head.On(kernels));
    }

    private static void Compare(KernelSet kernels, HeadCase head, int C, int V)
    {
        (double[] LogProbs, double[] Entropies) expected = head.Expected();
        (float[] LogProbs, float[] Entropies) actual = head.On(kernels);
        string where = $"{kernels.Path}, {head}";
        int R = expected.LogProbs.Length;
        Near.Check("logProbs (r)", [R], expected.LogProbs, actual.LogProbs, Tolerance.Composite(C + V), where);
        Near.Check("entropies (r)", [R], expected.Entropies, actual.Entropies, Tolerance.Composite(C + V), where);
    }

    private static void CompareGradients(KernelSet kernels, HeadCase head, int T, int C, int V, int R)
    {
        (double[] DHidden, double[] DHead) expected = head.ExpectedGradients();
        (float[] DHidden, float[] DHead) actual = head.GradientsOn(kernels);
        string where = $"{kernels.Path}, {head}";
        Near.Check(
            "dHidden (t c)", [T, C], expected.DHidden, actual.DHidden, Tolerance.Composite(C + V + (R / T)), where);
        Near.Check("dHead (v c)", [V, C], expected.DHead, actual.DHead, Tolerance.Composite(C + V + R), where);
    }
}
