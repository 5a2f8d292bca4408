namespace Hone.Selection;

/// <summary>Sample quantiles by linear interpolation between order statistics (Hyndman and Fan's type 7).</summary>
internal static class Quantile
{
    /// <summary>The q-quantile of values in any order.</summary>
    public static double Of(ReadOnlySpan<double> values, double q)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, q);
    }

    /// <summary>The q-quantile of ascending values, q in [0, 1].</summary>
    public static double OfSorted(ReadOnlySpan<double> sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The central interval that holds a share of the values; sorts them in place.</summary>
    public static Interval Central(Span<double> values, double share)
    {
        values.Sort();
        double tail = (1.0 - share) / 2.0;
        return new Interval(OfSorted(values, tail), OfSorted(values, 1.0 - tail));
    }
}
