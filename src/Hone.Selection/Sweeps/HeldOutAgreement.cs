namespace Hone.Selection;

/// <summary>How one cell's scores go with held-out results.</summary>
/// <param name="Correlation">Spearman's rank correlation over checkpoints with both; null for fewer than three, and where either
/// are all equal.</param>
/// <param name="Low">Lower end of its 95 % interval by Fisher's z; null for fewer than four checkpoints.</param>
/// <param name="High">Upper end of that interval.</param>
/// <param name="PickValue">The held-out value of the cell's pick; null where it has none.</param>
public readonly record struct CellAgreement(double? Correlation, double? Low, double? High, double? PickValue);

/// <summary>How the cells of a sweep go with held-out results. To choose p or delta by it is to tune on them.</summary>
/// <param name="Cells">One for each cell of the sweep.</param>
/// <param name="Checkpoints">Checkpoints with a held-out value.</param>
/// <param name="Best">The highest held-out value of a checkpoint; null where there is none.</param>
/// <param name="Flat">Whether every cell's interval holds the highest correlation, so that the data tell no cell from
/// another; null where fewer than two cells have a correlation.</param>
public sealed record HeldOutAgreement(IReadOnlyList<CellAgreement> Cells, int Checkpoints, double? Best, bool? Flat)
{
    // The variance of Fisher's z of Spearman's rho is about 1.06 / (n - 3) (Fieller, Hartley and Pearson 1957).
    private const double SpearmanVariance = 1.06;
    private const int FewestForInterval = 4;

    /// <summary>Compares a sweep with held-out results.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="values">Held-out value by step; steps that are no checkpoints are not used.</param>
    public static HeldOutAgreement Of(SweepResult sweep, IReadOnlyDictionary<int, double> values)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        double?[] byCheckpoint = [.. sweep.Steps.Select(step => values.TryGetValue(step, out double value) ? value : (double?)null)];
        CellAgreement[] cells = [.. sweep.Cells.Select(cell => Cell(cell, byCheckpoint, values))];
        CellAgreement[] known = [.. cells.Where(cell => cell.Correlation is not null)];
        return new HeldOutAgreement(
            cells, byCheckpoint.Count(value => value is not null), byCheckpoint.Max(),
            known.Length < 2 ? null : known.All(cell => cell.High is null || cell.High >= known.Max(other => other.Correlation)));
    }

    private static CellAgreement Cell(SweepCell cell, double?[] byCheckpoint, IReadOnlyDictionary<int, double> values)
    {
        double? atPick = cell.Pick is int pick && values.TryGetValue(pick, out double value) ? value : null;
        double rho = SweepAgreement.Correlation(cell, byCheckpoint);
        int n = cell.Curve.Zip(byCheckpoint).Count(pair => pair.First.Score is not null && pair.Second is not null);
        if (double.IsNaN(rho))
        {
            return new CellAgreement(null, null, null, atPick);
        }

        if (n < FewestForInterval)
        {
            return new CellAgreement(rho, null, null, atPick);
        }

        Interval interval = CorrelationInterval(rho, n);
        return new CellAgreement(rho, interval.Low, interval.High, atPick);
    }

    /// <summary>95 % interval of Spearman's rho over n pairs: tanh(atanh(rho) +- 1.96 sqrt(1.06 / (n - 3))).</summary>
    internal static Interval CorrelationInterval(double rho, int n)
    {
        // A perfect order of few checkpoints is not certain; (n - 1) / (n + 1) keeps its z finite.
        double bound = (n - 1.0) / (n + 1.0);
        double z = Math.Atanh(Math.Clamp(rho, -bound, bound)), half = WilsonInterval.Z95 * Math.Sqrt(SpearmanVariance / (n - 3));
        return new Interval(Math.Min(rho, Math.Tanh(z - half)), Math.Max(rho, Math.Tanh(z + half)));
    }
}
