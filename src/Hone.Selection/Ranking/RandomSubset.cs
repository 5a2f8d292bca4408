namespace Hone.Selection;

/// <summary>The mean of a random subset, the control for "does uncertainty pick better than chance".</summary>
internal static class RandomSubset
{
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
}
