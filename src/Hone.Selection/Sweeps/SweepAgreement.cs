namespace Hone.Selection;

/// <summary>How far the cells of a sweep agree.</summary>
internal static class SweepAgreement
{
    /// <summary>The checkpoint that most cells pick, the later of several, and the share of them that do. Cells that prefer none
    /// are asked only where no other is; they agree in nothing, and neither does a cell with itself: then there is no share.</summary>
    public static (int? Step, double? Share) Picks(IReadOnlyList<SweepCell> cells)
    {
        int[] preferred = [.. cells.Where(cell => cell.Prefers).Select(cell => cell.Pick!.Value)];
        int[] picks = preferred.Length > 0 ? preferred : [.. cells.Where(cell => cell.Pick is not null).Select(cell => cell.Pick!.Value)];
        if (picks.Length == 0)
        {
            return (null, null);
        }

        IGrouping<int, int> modal = picks.GroupBy(step => step).OrderBy(group => group.Count()).ThenBy(group => group.Key).Last();
        return (modal.Key, preferred.Length > 1 ? (double)modal.Count() / preferred.Length : null);
    }

    /// <summary>Mean of Spearman's correlation over pairs of cells, each over the checkpoints that both score.</summary>
    public static double? MeanCorrelation(IReadOnlyList<SweepCell> cells)
    {
        double sum = 0.0;
        int pairs = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            for (int j = i + 1; j < cells.Count; j++)
            {
                double rho = Correlation(cells[i], cells[j].Curve.Select(point => point.Score));
                if (!double.IsNaN(rho))
                {
                    sum += rho;
                    pairs++;
                }
            }
        }

        return pairs > 0 ? sum / pairs : null;
    }

    /// <summary>Spearman's correlation of a cell's scores with other values of the same checkpoints; NaN for fewer than three
    /// checkpoints with both, and where either are all equal.</summary>
    public static double Correlation(SweepCell cell, IEnumerable<double?> values)
    {
        (double Score, double Value)[] both =
        [
            .. cell.Curve.Zip(values).Where(pair => pair.First.Score is not null && pair.Second is not null)
                .Select(pair => (pair.First.Score!.Value, pair.Second!.Value)),
        ];
        return both.Length < RankCorrelation.FewestCheckpoints
            ? double.NaN
            : RankCorrelation.Spearman([.. both.Select(pair => pair.Score)], [.. both.Select(pair => pair.Value)]);
    }
}
