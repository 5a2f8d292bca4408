namespace Hone.Selection;

/// <summary>How much of a curve over checkpoints is repeatable, from the curves of random halves of its data.</summary>
internal static class Reliability
{
    private const double Z95 = WilsonInterval.Z95;

    /// <summary>The reliability of a curve and its interval.</summary>
    /// <remarks>Pearson's correlation r of the two halves' curves, with covariance and variances pooled over splits, is the
    /// reliability of half the data; Spearman and Brown (1910) give that of all of it, 2r / (1 + r), here 2r / (1 + |r|) so that
    /// it stays in [-1, 1]. The interval is Feldt's (1965) for many splits: 1 - (1 - reliability) chi2 / d at the 97.5 and 2.5 %
    /// quantiles of chi-squared with d degrees of freedom. It is wide for few checkpoints, which more splits cannot mend.</remarks>
    /// <param name="first">[split][checkpoint] scores of the first halves; NaN where one has no records.</param>
    /// <param name="second">The same of the second halves.</param>
    /// <param name="independent">d: independent windows among the checkpoints, less 1; less than 1 counts as 1.</param>
    /// <returns>Null where no split has three checkpoints with scores that differ in both halves.</returns>
    public static SweepStability? Of(double[][] first, double[][] second, double independent)
    {
        double products = 0.0, firstSquares = 0.0, secondSquares = 0.0;
        for (int s = 0; s < first.Length; s++)
        {
            AddMoments(first[s], second[s], ref products, ref firstSquares, ref secondSquares);
        }

        if (firstSquares == 0.0 || secondSquares == 0.0)
        {
            return null;
        }

        double r = Math.Clamp(products / Math.Sqrt(firstSquares * secondSquares), -1.0, 1.0);
        double value = 2.0 * r / (1.0 + Math.Abs(r));
        double freedom = Math.Max(independent, 1.0);

        // Below 0 the bounded form is too near 0 for the interval: 1 - reliability is the share of noise, which has no bound.
        double noise = 1.0 - (2.0 * r / (1.0 + Math.Max(r, -1.0 + 1e-9)));
        double low = 1.0 - (noise * ChiSquared(Z95, freedom) / freedom);
        double high = 1.0 - (noise * ChiSquared(-Z95, freedom) / freedom);
        return new SweepStability(value, Math.Clamp(low, -1.0, value), Math.Clamp(high, value, 1.0));
    }

    /// <summary>A quantile of chi-squared by Wilson and Hilferty's cube (1931), good to some percent.</summary>
    /// <param name="z">The normal quantile of the same share.</param>
    /// <param name="freedom">Degrees of freedom, at least 1, in parts too.</param>
    public static double ChiSquared(double z, double freedom)
    {
        double variance = 2.0 / (9.0 * freedom);
        double root = Math.Max(0.0, 1.0 - variance + (z * Math.Sqrt(variance)));
        return freedom * root * root * root;
    }

    // Over checkpoints without NaN; a split with too few of them, or without spread in a half, adds nothing.
    private static void AddMoments(
        double[] x, double[] y, ref double products, ref double xSquares, ref double ySquares)
    {
        int n = 0;
        double xMean = 0.0, yMean = 0.0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
            {
                n++;
                xMean += (x[i] - xMean) / n;
                yMean += (y[i] - yMean) / n;
            }
        }

        double product = 0.0, xSquare = 0.0, ySquare = 0.0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
            {
                product += (x[i] - xMean) * (y[i] - yMean);
                xSquare += (x[i] - xMean) * (x[i] - xMean);
                ySquare += (y[i] - yMean) * (y[i] - yMean);
            }
        }

        // Means of equal rewards in another order differ in the last bits; that is no spread.
        if (n >= RankCorrelation.FewestCheckpoints && IsSpread(xSquare, xMean) && IsSpread(ySquare, yMean))
        {
            products += product;
            xSquares += xSquare;
            ySquares += ySquare;
        }
    }

    private static bool IsSpread(double squares, double mean) => squares > 1e-24 * Math.Max(1.0, mean * mean);
}
