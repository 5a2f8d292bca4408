namespace Hone.Selection;

/// <summary>The block bootstrap over steps: random weights that runs of neighbouring steps share.</summary>
/// <remarks>
/// <para>Each replicate cuts all steps of the log into blocks of L at a random offset and gives every block a weight from the
/// exponential distribution, as the Bayesian bootstrap (Rubin 1981) gives every observation one. Two steps h apart are in one
/// block with probability 1 - h / L, so that the variance of a mean over replicates is Newey and West's with Bartlett's kernel, the
/// same as that of the moving-block bootstrap (Kuensch 1989).</para>
/// <para>A step's weight depends on seed, L, replicate and block alone. Windows of the same L therefore weigh a step that they share
/// alike, and differences between overlapping windows come out right.</para>
/// </remarks>
internal static class StepBlocks
{
    /// <summary>Block length: 1.5 sqrt(S) for the S of the fullest window so far, halved until a window holds two blocks.</summary>
    /// <remarks>One length for all windows but those at a run's start, so that windows that share steps share their weights too. docs/statistics.md shows what other lengths would cover.</remarks>
    /// <param name="steps">Steps of the window, at least 1.</param>
    /// <param name="fullest">S, at least as many.</param>
    public static int Length(int steps, int fullest)
    {
        int length = (int)Math.Round(1.5 * Math.Sqrt(fullest));
        while (length > Math.Max(1, steps / 2))
        {
            length = (length + 1) / 2;
        }

        return length;
    }

    /// <summary>Weights of neighbouring steps in one replicate.</summary>
    /// <param name="seed">Seed of the ranking.</param>
    /// <param name="length">L.</param>
    /// <param name="replicate">Which replicate, from 0.</param>
    /// <param name="first">Place of the first step among all steps of the log, at least 0.</param>
    /// <param name="weights">(S) overwritten: above 0, of mean 1 over replicates.</param>
    public static void Draw(ulong seed, int length, int replicate, long first, Span<double> weights)
    {
        ulong stream = SplitMix64.Hash(SplitMix64.Hash(seed, (ulong)length), (ulong)replicate);
        int offset = new SplitMix64(stream).Below(length);
        int s = 0;
        while (s < weights.Length)
        {
            (long block, long within) = Math.DivRem(first + s + offset, length);
            int end = Math.Min(weights.Length, s + length - (int)within);
            weights[s..end].Fill(Exponential(SplitMix64.Hash(stream, (ulong)block)));
            s = end;
        }
    }

    /// <summary>A variable of the exponential distribution, above 0, of mean 1.</summary>
    public static double Exponential(ulong bits) => -Math.Log(SplitMix64.Unit(bits) + (0.5 / (1UL << 53)));
}
