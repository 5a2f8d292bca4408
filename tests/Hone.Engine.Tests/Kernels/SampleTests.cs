using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;

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
            kernels.Sample(memory.Of(hidden), packed, rule, Draws.Random(5, R), tokens, logProbs, entropies);
            float[] expected = new float[R], expectedEntropies = new float[R];
            int[] rows = [.. Enumerable.Range(0, R)];
            kernels.LogProbs(memory.Of(hidden), rows, tokens, packed, expected, expectedEntropies);
            Near.Exact("logProbs (r)", [R], expected, logProbs, $"{path}, {rule}");
            Near.Exact("entropies (r)", [R], expectedEntropies, entropies, $"{path}, {rule}");
        }
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
