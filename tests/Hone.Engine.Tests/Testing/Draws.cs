using Hone.Engine.Decoding;
using Hone.Engine.Kernels;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// Tokens drawn many times from one distribution: the head is the identity, so hidden states are logits.
/// </summary>
internal static class Draws
{
    public static (int[] Tokens, float[] LogProbs, float[] Entropies) From(
        KernelSet kernels, float[] logits, SamplingRule rule, double[] uniforms)
    {
        using var memory = new TestMemory();
        int V = logits.Length, R = uniforms.Length;
        using PackedMatrix packed = Identity(kernels, V);
        float[] hidden = [.. Enumerable.Range(0, R).SelectMany(_ => logits)];
        var tokens = new int[R];
        float[] logProbs = new float[R], entropies = new float[R];
        kernels.Sample(memory.Of(hidden), packed, rule, uniforms, tokens, logProbs, entropies, selfCertainties: default);
        return (tokens, logProbs, entropies);
    }

    public static PackedMatrix Identity(KernelSet kernels, int V)
    {
        using var memory = new TestMemory();
        var weight = new float[V * V];
        for (int i = 0; i < V; i++)
        {
            weight[(i * V) + i] = 1;
        }

        var packed = new PackedMatrix(V, V);
        kernels.Pack(memory.Of(weight), packed);
        return packed;
    }

    /// <summary>Numbers spread evenly over [0, 1).</summary>
    public static double[] Even(int count) => [.. Enumerable.Range(0, count).Select(i => (i + 0.5) / count)];

    /// <summary>Numbers of a seeded stream.</summary>
    public static double[] Random(ulong seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => RandomNumbers.Uniform(seed, i))];

    /// <summary>Logits of the given probabilities.</summary>
    public static float[] Logits(params double[] probabilities) => [.. probabilities.Select(p => (float)Math.Log(p))];
}
