namespace Hone.Selection;

/// <summary>How much of a curve over checkpoints is repeatable, from the curves of random halves of its data.</summary>
internal static class Reliability
{
    // Two checkpoints always correlate by -1 or 1.
    private const int FewestCheckpoints = 3;
    private const double Z95 = WilsonInterval.Z95;

    /// <summary>The reliability of a curve and its interval.</summary>
    /// <remarks>Pearson's correlation of the two halves' curves, averaged over splits, gives r, the reliability of half the data;
    /// Spearman and Brown (1910) give that of all of it, 2r / (1 + r), here 2r / (1 + |r|) so that it stays in [-1, 1].
    /// The interval is Feldt's (1965) for many splits: 1 - (1 - reliability) chi2 / d at the 2.5 and 97.5 % quantiles of
    /// chi-squared with d degrees of freedom. It is wide for few checkpoints, which more splits cannot mend.</remarks>
    /// <param name="first">[split][checkpoint] scores of the first halves; NaN where one has no records.</param>
    /// <param name="second">The same of the second halves.</param>
    /// <param name="independent">d: independent windows among the checkpoints, less 1; less than 1 counts as 1.</param>
    /// <returns>Null where no split has three checkpoints with scores that differ in both halves.</returns>
    public static SweepStability? Of(double[][] first, double[][] second, double independent)
    {
        double sum = 0.0;
        int splits = 0;
        for (int s = 0; s < first.Length; s++)
        {
            double r = Pearson(first[s], second[s]);
            if (!double.IsNaN(r))
            {
                sum += r;
                splits++;
            }
        }

        if (splits == 0)
        {
            return null;
        }

        double mean = sum / splits;
        double value = 2.0 * mean / (1.0 + Math.Abs(mean));
        double freedom = Math.Max(independent, 1.0);
        return new SweepStability(
            value,
            Math.Max(-1.0, 1.0 - ((1.0 - value) * ChiSquared(Z95, freedom) / freedom)),
            Math.Min(1.0, 1.0 - ((1.0 - value) * ChiSquared(-Z95, freedom) / freedom)));
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

    // Over pairs without NaN; NaN for too few of them, or where all of one side are equal.
    private static double Pearson(double[] x, double[] y)
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

        double products = 0.0, xSquares = 0.0, ySquares = 0.0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
            {
                products += (x[i] - xMean) * (y[i] - yMean);
                xSquares += (x[i] - xMean) * (x[i] - xMean);
                ySquares += (y[i] - yMean) * (y[i] - yMean);
            }
        }

        // Means of equal scores in another order differ in the last bits; that is no spread.
        bool spread = xSquares > 1e-24 * n * Math.Max(1.0, xMean * xMean) && ySquares > 1e-24 * n * Math.Max(1.0, yMean * yMean);
        return n < FewestCheckpoints || !spread ? double.NaN : products / Math.Sqrt(xSquares * ySquares);
    }
}
