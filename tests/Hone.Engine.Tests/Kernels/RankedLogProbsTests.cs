using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class RankedLogProbsTests
{
    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Log_probabilities_have_the_bits_of_the_call_without_ranks(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach ((int V, int R) in new[] { (1, 3), (5, 14), (65, 14), (700, 2100) })
        {
            var head = new HeadCase(9, 7, V, R);
            float[] expected = head.On(kernels).LogProbs;
            Near.Exact("log-probs (r)", [R], expected, Ranked.Of(kernels, head, 7, V, R, Math.Min(3, V)).LogProbs, $"{path} {head}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ranks_and_alternatives_are_those_of_a_sorted_row(KernelPath path)
    {
        const int V = 67, R = 30;
        using KernelSet kernels = Paths.Open(path, 2);
        var head = new HeadCase(9, 7, V, R);
        foreach (int top in new[] { 0, 1, 5, 20, V })
        {
            Ranked ranked = Ranked.Of(kernels, head, 7, V, R, top);
            for (int r = 0; r < R; r++)
            {
                // The log-probability of every token, by the call that tells one target's.
                float[] all = Ranked.Everything(kernels, head, 7, V, head.Rows[r]);
                int[] order = [.. Enumerable.Range(0, V).OrderByDescending(token => all[token]).ThenBy(token => token)];
                Assert.Equal(1 + all.Count(value => value > all[head.Targets[r]]), ranked.Ranks[r]);
                Assert.Equal(order[..top], ranked.TopTokens[(r * top)..((r + 1) * top)]);
                Assert.Equal(order[..top].Select(token => all[token]), ranked.TopLogProbs[(r * top)..((r + 1) * top)]);
            }
        }
    }

    [Fact]
    public void Equals_share_a_rank_and_the_lower_id_goes_first()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using var memory = new TestMemory();
        using var packed = new PackedMatrix(5, 1);
        kernels.Pack(memory.Of([2f, 3f, 3f, 1f, 3f]), packed);
        int[] ranks = new int[3], tokens = new int[12];
        kernels.RankedLogProbs(memory.Of([1f]), [0, 0, 0], [4, 0, 3], packed, 4, new float[3], ranks, tokens, new float[12]);
        Assert.Equal([1, 4, 5], ranks);
        Assert.Equal([1, 2, 4, 0], tokens[..4]);
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using var memory = new TestMemory();
        using var packed = new PackedMatrix(5, 1);
        kernels.Pack(memory.Of([2f, 3f, 3f, 1f, 3f]), packed);
        foreach ((int top, int ranks, int tokens) in new[] { (2, 1, 3), (2, 2, 2), (6, 1, 6), (-1, 1, 0) })
        {
            Assert.Throws<ArgumentException>(() => kernels.RankedLogProbs(
                memory.Of([1f]), [0], [4], packed, top, new float[1], new int[ranks], new int[tokens], new float[tokens]));
        }
    }

    private sealed record Ranked(float[] LogProbs, int[] Ranks, int[] TopTokens, float[] TopLogProbs)
    {
        public static Ranked Of(KernelSet kernels, HeadCase head, int C, int V, int R, int top)
        {
            using var memory = new TestMemory();
            using var packed = new PackedMatrix(V, C);
            kernels.Pack(memory.Of(head.Head), packed);
            var ranked = new Ranked(new float[R], new int[R], new int[R * top], new float[R * top]);
            kernels.RankedLogProbs(
                memory.Of(head.Hidden), head.Rows, head.Targets, packed, top, ranked.LogProbs, ranked.Ranks, ranked.TopTokens,
                ranked.TopLogProbs);
            return ranked;
        }

        public static float[] Everything(KernelSet kernels, HeadCase head, int C, int V, int row)
        {
            using var memory = new TestMemory();
            using var packed = new PackedMatrix(V, C);
            kernels.Pack(memory.Of(head.Head), packed);
            float[] logProbs = new float[V];
            int[] rows = [.. Enumerable.Repeat(row, V)];
            kernels.LogProbs(memory.Of(head.Hidden), rows, [.. Enumerable.Range(0, V)], packed, logProbs, new float[V]);
            return logProbs;
        }
    }
}
