namespace Hone.Selection;

/// <summary>Moving-block bootstrap over the steps of a window (Kuensch 1989).</summary>
/// <remarks>Rollouts of neighbouring steps come from nearly the same policy, so steps are drawn in runs. Resampling
/// single completions would understate the spread of a score.</remarks>
internal static class MovingBlocks
{
    /// <summary>Block length: the least L with L^3 >= S, but at most S - 1 so that blocks can start in two
    /// places.</summary>
    public static int Length(int steps)
    {
        int length = 1;
        while ((long)length * length * length < steps)
        {
            length++;
        }

        return Math.Max(1, Math.Min(length, steps - 1));
    }

    /// <summary>Draws S steps as ceil(S / L) blocks of L neighbours, the last one cut to fit.</summary>
    /// <param name="random">Generator.</param>
    /// <param name="length">L.</param>
    /// <param name="counts">(S) overwritten: how often each step was drawn; sums to S.</param>
    public static void Draw(ref SplitMix64 random, int length, Span<int> counts)
    {
        counts.Clear();
        int left = counts.Length;
        while (left > 0)
        {
            int start = random.Below(counts.Length - length + 1);
            int end = start + Math.Min(length, left);
            for (int s = start; s < end; s++)
            {
                counts[s]++;
            }

            left -= length;
        }
    }

    /// <summary>Scores of resampled windows.</summary>
    public static double[] Scores(RankedWindow window, RankingOptions options, ulong seed)
    {
        SplitMix64 random = new(seed);
        int length = Length(window.Steps);
        int[] counts = new int[window.Steps];
        double[] scores = new double[options.Replicates];
        for (int r = 0; r < scores.Length; r++)
        {
            Draw(ref random, length, counts);
            scores[r] = window.Resample(counts, options.HardestPercent);
        }

        return scores;
    }
}
