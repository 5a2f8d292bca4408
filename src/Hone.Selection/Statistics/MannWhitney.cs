namespace Hone.Selection;

/// <summary>How often one sample's values exceed another's (Mann and Whitney 1947).</summary>
public static class MannWhitney
{
    /// <summary>U / (n m): the share of pairs in which x is above y, ties counted half. As a classifier's score it is the area
    /// under the ROC curve, with x the scores of the positives.</summary>
    /// <param name="x">(n) finite values.</param>
    /// <param name="y">(m) finite values.</param>
    /// <returns>In [0, 1]; NaN where a side is empty.</returns>
    /// <exception cref="ArgumentException">A value is not a finite number.</exception>
    public static double Probability(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Throw.IfAnyNotFinite(x, nameof(x));
        Throw.IfAnyNotFinite(y, nameof(y));
        double[] below = y.ToArray(), above = x.ToArray();
        Array.Sort(below);
        Array.Sort(above);
        return OfSorted(above, below);
    }

    /// <summary>The same of ascending values.</summary>
    internal static double OfSorted(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.IsEmpty || y.IsEmpty)
        {
            return double.NaN;
        }

        double wins = 0.0;
        int less = 0, notMore = 0;
        foreach (double value in x)
        {
            while (less < y.Length && y[less] < value)
            {
                less++;
            }

            while (notMore < y.Length && y[notMore] <= value)
            {
                notMore++;
            }

            wins += (less + notMore) / 2.0;
        }

        return wins / ((double)x.Length * y.Length);
    }
}
