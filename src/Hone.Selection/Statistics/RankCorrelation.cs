namespace Hone.Selection;

/// <summary>Agreement of two orders.</summary>
public static class RankCorrelation
{
    /// <summary>Checkpoints that a correlation of their scores needs: two always correlate by -1 or 1.</summary>
    internal const int FewestCheckpoints = 3;

    /// <summary>Spearman's rho: Pearson's correlation of the average ranks (Spearman 1904).</summary>
    /// <param name="x">Finite values.</param>
    /// <param name="y">Finite values, one for each of <paramref name="x"/>.</param>
    /// <returns>In [-1, 1]; NaN where it is undefined: fewer than two pairs, or all of x or all of y equal.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a value is not a finite number.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Throw.IfLengthsDiffer(x.Length, y.Length, nameof(y));
        double[] xRanks = new double[x.Length];
        double[] yRanks = new double[y.Length];
        AverageRanks(x, xRanks);
        AverageRanks(y, yRanks);

        // Ranks, averaged or not, sum to n (n + 1) / 2.
        double mean = (x.Length + 1) / 2.0;
        double products = 0.0;
        double xSquares = 0.0;
        double ySquares = 0.0;
        for (int i = 0; i < x.Length; i++)
        {
            products += (xRanks[i] - mean) * (yRanks[i] - mean);
            xSquares += (xRanks[i] - mean) * (xRanks[i] - mean);
            ySquares += (yRanks[i] - mean) * (yRanks[i] - mean);
        }

        return xSquares == 0.0 || ySquares == 0.0 ? double.NaN : products / Math.Sqrt(xSquares * ySquares);
    }

    /// <summary>Kendall's tau-b (Kendall 1945): concordant less discordant pairs over the geometric mean of the pairs that x does not
    /// tie and those that y does not.</summary>
    /// <param name="x">Finite values. Cost: a comparison for each pair.</param>
    /// <param name="y">Finite values, one for each of <paramref name="x"/>.</param>
    /// <returns>In [-1, 1]; NaN where it is undefined: fewer than two pairs, or all of x or all of y equal.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a value is not a finite number.</exception>
    public static double Kendall(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Throw.IfLengthsDiffer(x.Length, y.Length, nameof(y));
        Throw.IfAnyNotFinite(x, nameof(x));
        Throw.IfAnyNotFinite(y, nameof(y));
        (long agreement, long xPairs, long yPairs) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int inX = x[i].CompareTo(x[j]);
                int inY = y[i].CompareTo(y[j]);
                agreement += inX * inY;
                xPairs += inX * inX;
                yPairs += inY * inY;
            }
        }

        return xPairs == 0 || yPairs == 0 ? double.NaN : agreement / Math.Sqrt((double)xPairs * yPairs);
    }

    /// <summary>Ascending ranks from 1; equal values share the mean of the ranks they cover.</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="ranks">Overwritten; as long as <paramref name="values"/>, and not the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is not a finite number.</exception>
    public static void AverageRanks(ReadOnlySpan<double> values, Span<double> ranks)
    {
        Throw.IfLengthsDiffer(values.Length, ranks.Length, nameof(ranks));
        Throw.IfAnyNotFinite(values, nameof(values));
        double[] sorted = values.ToArray();
        int[] order = HighestFirst.Sort(sorted);
        int start = 0;
        while (start < sorted.Length)
        {
            int end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (int i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            start = end;
        }
    }
}
