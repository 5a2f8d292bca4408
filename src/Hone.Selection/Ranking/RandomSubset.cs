namespace Hone.Selection;

/// <summary>The mean of a random subset, the control for "does uncertainty pick better than chance".</summary>
internal static class RandomSubset
{
    private const int Draws = 1000;

    // Controls do not depend on the seed of the intervals.
    private const ulong Seed = 20_251_109;

    /// <summary>Mean and standard deviation of the mean of n values drawn without replacement.</summary>
    /// <remarks>Both are known without drawing: the mean of all N, and sqrt(s^2 / n (1 - n / N)) with s^2 the sample variance of
    /// all N (Cochran, Sampling Techniques, 1977, theorem 2.2). A thousand draws would give them to some 2 %.</remarks>
    /// <param name="values">N of them, at least 1.</param>
    /// <param name="n">In [1, N].</param>
    public static (double Mean, double Deviation) Mean(ReadOnlySpan<double> values, int n)
    {
        double mean = Moments.Mean(values);
        double left = 1.0 - ((double)n / values.Length);
        return (mean, Moments.SampleDeviation(values, mean) * Math.Sqrt(left / n));
    }

    /// <summary>How often each checkpoint has the highest mean of a random subset, over 1,000 draws of one subset for each.</summary>
    /// <remarks>Means are drawn from the normal distribution with the mean and deviation above, which they have nearly for some 30
    /// values or more; hard sets below that size are warned of.</remarks>
    /// <param name="values">(C) with both; a checkpoint without them is never picked.</param>
    /// <returns>(C) shares, which sum to 1 where any checkpoint has a value.</returns>
    public static double[] PickShares(IReadOnlyList<ControlValue> values)
    {
        SplitMix64 random = new(Seed);
        double[][] draws = new double[values.Count][];
        for (int i = 0; i < draws.Length; i++)
        {
            (double mean, double deviation) = (values[i].Value ?? double.NaN, values[i].Deviation ?? double.NaN);
            draws[i] = new double[double.IsFinite(mean + deviation) ? Draws : 0];
            for (int r = 0; r < draws[i].Length; r++)
            {
                draws[i][r] = mean + (deviation * Normal(ref random));
            }
        }

        return BestShares.Of(draws);
    }

    // Box and Muller 1958.
    private static double Normal(ref SplitMix64 random)
    {
        double length = Math.Sqrt(2.0 * StepBlocks.Exponential(random.Next()));
        return length * Math.Cos(2.0 * Math.PI * SplitMix64.Unit(random.Next()));
    }
}
