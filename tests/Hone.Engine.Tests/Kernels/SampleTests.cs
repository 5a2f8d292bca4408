using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;
using Plain = Hone.Engine.Kernels.Reference.LogProbs;

namespace Hone.Engine.Tests.Kernels;

public class SampleTests
{
    // With 7 degrees of freedom, chi-square exceeds this once in 10,000 draws of the whole table; the seed is fixed.
    private const double ChiSquareBound = 29.88;

    public static TheoryData<KernelPath> All => Paths.All;

    public static TheoryData<KernelPath, double> PathsAndTemperatures =>
        new MatrixTheoryData<KernelPath, double>(Enum.GetValues<KernelPath>(), [0.25, 0.7, 1.0, 1.9]);

    [Theory]
    [MemberData(nameof(All))]
    public void Temperature_zero_takes_the_most_likely_and_the_lowest_id_among_equals(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        var greedy = new SamplingRule { Temperature = 0 };
        foreach (int V in Enumerable.Range(1, 40))
        {
            float[] logits = Values.Normal(V, V);
            int first = V / 3, second = V - 1;
            logits[first] = logits[second] = 9;
            Assert.All(Draws.From(kernels, logits, greedy, Draws.Even(5)).Tokens, token => Assert.Equal(first, token));
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndTemperatures))]
    public void Tokens_come_as_often_as_they_are_likely(KernelPath path, double temperature)
    {
        const int N = 4000;
        float[] logits = Values.Normal(3, 8);
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
        using KernelSet kernels = Paths.Open(path, 2);
        int[] tokens =
            Draws.From(kernels, logits, new SamplingRule { Temperature = temperature }, Draws.Random(11, N)).Tokens;
        double chiSquare = 0;
        for (int v = 0; v < 8; v++)
        {
            double expected = N * weights[v] / weights.Sum();
            chiSquare += Math.Pow(tokens.Count(token => token == v) - expected, 2) / expected;
        }

        Assert.InRange(chiSquare, 0, ChiSquareBound);
    }

    [Theory]
    [MemberData(nameof(PathsAndTemperatures))]
    public void Uniform_number_picks_the_token_whose_share_of_the_line_it_hits(KernelPath path, double temperature)
    {
        float[] logits = Values.Normal(4, 37);
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
        using KernelSet kernels = Paths.Open(path);
        double start = 0;
        for (int v = 0; v < weights.Length; v++)
        {
            // Just inside either end of the token's share; the ends themselves are subject to rounding.
            double share = weights[v] / weights.Sum();
            if (share > 1e-4)
            {
                double[] uniforms = [start + (0.01 * share), start + (0.99 * share)];
                var rule = new SamplingRule { Temperature = temperature };
                Assert.Equal([v, v], Draws.From(kernels, logits, rule, uniforms).Tokens);
            }

            start += share;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Recorded_numbers_are_those_of_LogProbs_whatever_the_rule(KernelPath path)
    {
        const int V = 45, R = 60;
        float[] hidden = Values.Normal(6, R * V);
        using KernelSet kernels = Paths.Open(path, 2);
        using PackedMatrix packed = Draws.Identity(kernels, V);
        using var memory = new TestMemory();
        foreach (SamplingRule rule in (SamplingRule[])[new(), new() { Temperature = 0 }, new() { Temperature = 0.3, TopK = 4 }])
        {
            int[] tokens = new int[R];
            float[] logProbs = new float[R], entropies = new float[R];
            kernels.Sample(memory.Of(hidden), packed, rule, Draws.Random(5, R), tokens, logProbs, entropies, selfCertainties: default);
            float[] expected = new float[R], expectedEntropies = new float[R];
            int[] rows = [.. Enumerable.Range(0, R)];
            kernels.LogProbs(memory.Of(hidden), rows, tokens, packed, expected, expectedEntropies);
            Near.Exact("logProbs (r)", [R], expected, logProbs, $"{path}, {rule}");
            Near.Exact("entropies (r)", [R], expectedEntropies, entropies, $"{path}, {rule}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Self_certainty_is_the_reference_whatever_the_batch_and_threads(KernelPath path)
    {
        const int C = 21, R = 40;
        using KernelSet one = Paths.Open(path), three = Paths.Open(path, 3);
        foreach (int V in (int[])[1, 2, 7, 33, 129, 2000])
        {
            float[] hidden = Values.Normal(6, R * C), head = Values.Normal(7, V * C);
            float[] actual = SelfCertainties(one, hidden, head, V, new SamplingRule());
            double[] expected = [.. Enumerable.Range(0, R).Select(r =>
                Plain.SelfCertainty<double>(hidden[(r * C)..((r + 1) * C)].Doubles(), head.Doubles(), C, V))];

            // On one token there is nothing to diverge from.
            Assert.True(V == 1 ? expected.All(value => value == 0) : expected.All(value => value > 0));
            Near.Check("self-certainty (r)", [R], expected, actual, Tolerance.Composite(C + V), $"{path}, V {V}");
            var rule = new SamplingRule { Temperature = 0.3, TopK = 4 };
            Near.Exact("threads", [R], actual, SelfCertainties(three, hidden, head, V, rule), $"{path}, V {V}");
            float[] last = SelfCertainties(one, hidden[(C * (R - 1))..], head, V, rule);
            Near.Exact("row alone", [1], actual.AsSpan(R - 1), last, $"{path}, V {V}");
        }
    }

    private static float[] SelfCertainties(KernelSet kernels, float[] hidden, float[] head, int V, SamplingRule rule)
    {
        using var memory = new TestMemory();
        int C = head.Length / V, R = hidden.Length / C;
        using var packed = new PackedMatrix(V, C);
        kernels.Pack(memory.Of(head), packed);
        float[] logProbs = new float[R], entropies = new float[R], selfCertainties = new float[R];
        kernels.Sample(
            memory.Of(hidden), packed, rule, Draws.Random(5, R), new int[R], logProbs, entropies, selfCertainties);
        return selfCertainties;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rows_beyond_a_chunk_and_threads_draw_the_same(KernelPath path)
    {
        float[] logits = Values.Normal(7, 20);
        double[] uniforms = Draws.Random(8, 1100);
        using KernelSet one = Paths.Open(path), three = Paths.Open(path, 3);
        int[] expected = Draws.From(one, logits, new SamplingRule(), uniforms).Tokens;
        Assert.Equal(expected, Draws.From(three, logits, new SamplingRule(), uniforms).Tokens);
        Assert.Equal(expected[1050..], Draws.From(one, logits, new SamplingRule(), uniforms[1050..]).Tokens);
    }
}
