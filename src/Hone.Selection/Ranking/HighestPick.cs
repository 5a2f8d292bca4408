namespace Hone.Selection;

/// <summary>The highest of some optional values; ties go to the last.</summary>
internal readonly record struct HighestPick(int? Index, IReadOnlyList<int> Tied)
{
    // Means of the same rewards added in another order differ in the last bits; that is a tie, not a preference.
    private const double TieTolerance = 1e-12;

    /// <summary>True if a value that is at most the best still counts as equal to it.</summary>
    public static bool IsTie(double best, double value) => best - value <= TieTolerance * Math.Max(1.0, Math.Abs(best));

    /// <summary>The same share of 1 for each that is highest, of so many values.</summary>
    public double[] Shares(int count)
    {
        double[] shares = new double[count];
        IReadOnlyList<int> highest = Tied.Count > 0 ? Tied : Index is int index ? [index] : [];
        foreach (int i in highest)
        {
            shares[i] = 1.0 / highest.Count;
        }

        return shares;
    }

    /// <summary>Picks among values; nulls and what is not finite never win, and nothing else gives no index.</summary>
    public static HighestPick Of(IReadOnlyList<double?> values)
    {
        int[] finite = [.. Enumerable.Range(0, values.Count).Where(i => values[i] is double value && double.IsFinite(value))];
        if (finite.Length == 0)
        {
            return new HighestPick(null, []);
        }

        double best = finite.Max(i => values[i]!.Value);
        int[] tied = [.. finite.Where(i => IsTie(best, values[i]!.Value))];
        return new HighestPick(tied[^1], tied.Length > 1 ? tied : []);
    }
}
