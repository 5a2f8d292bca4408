namespace Hone.Selection;

/// <summary>The chance that at least one of k samples is correct.</summary>
public static class PassAtK
{
    /// <summary>The unbiased estimate 1 - C(n-c, k) / C(n, k).</summary>
    /// <remarks>Source: Chen et al., arXiv 2107.03374, equation 1. The quotient is formed as a product of min(c, k)
    /// factors in [0, 1], so nothing overflows and k = 1 gives 1 - (n-c)/n.</remarks>
    /// <param name="samples">n, at least 1.</param>
    /// <param name="correct">c, in [0, n].</param>
    /// <param name="k">In [1, n].</param>
    /// <returns>A probability in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Estimate(int samples, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, samples);
        if (samples - correct < k)
        {
            return 1.0;
        }

        // C(n-c, k) / C(n, k) is symmetric in c and k: prod_{j < k} (n-c-j)/(n-j) = prod_{j < c} (n-k-j)/(n-j).
        int factors = Math.Min(correct, k);
        int other = Math.Max(correct, k);
        double noneCorrect = 1.0;
        for (int j = 0; j < factors; j++)
        {
            noneCorrect *= (double)(samples - other - j) / (samples - j);
        }

        return 1.0 - noneCorrect;
    }
}
