namespace Hone.Selection;

/// <summary>Whole numbers out of shares, the same for every share that is written with a few decimal digits.</summary>
internal static class WholeCount
{
    // A share such as 0.29 is stored a little below its written value and 0.29 * 100 is 28.999999999999996 in binary,
    // so a plain floor would keep 28. Storing the share, multiplying and dividing by 100 each err by at most 2^-53
    // relative; 2^-50 covers all three and is still too small to lift any product that truly lies below a whole number.
    private const double Slack = 1.0 / (1L << 50);

    /// <summary>max(1, floor(share * total)), robust to binary rounding of the share.</summary>
    public static int AtLeastOne(double share, double total) =>
        (int)Math.Max(1.0, Math.Floor(share * total * (1.0 + Slack)));

    /// <summary>The same for shares in percent.</summary>
    /// <param name="percents">(M).</param>
    /// <param name="total">Of what.</param>
    /// <param name="counts">(M) overwritten.</param>
    public static void AtLeastOne(ReadOnlySpan<double> percents, double total, Span<int> counts)
    {
        for (int i = 0; i < percents.Length; i++)
        {
            counts[i] = AtLeastOne(percents[i] / 100.0, total);
        }
    }
}
