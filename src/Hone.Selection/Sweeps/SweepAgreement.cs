namespace Hone.Selection;

/// <summary>How far the cells of a sweep agree.</summary>
internal static class SweepAgreement
{
    /// <summary>The checkpoint that most cells pick, the later of several, and the share of cells with a pick that do.</summary>
    public static (int? Step, double Share) Picks(IReadOnlyList<SweepCell> cells)
    {
        int[] picks = [.. cells.Where(cell => cell.Pick is not null).Select(cell => cell.Pick!.Value)];
        if (picks.Length == 0)
        {
            return (null, 0.0);
        }

        IGrouping<int, int> modal = picks.GroupBy(step => step).OrderBy(group => group.Count()).ThenBy(group => group.Key).Last();
        return (modal.Key, (double)modal.Count() / picks.Length);
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

    /// <summary>Spearman's correlation of a cell's scores with other values of the same checkpoints; NaN where it is not
    /// defined.</summary>
    public static double Correlation(SweepCell cell, IEnumerable<double?> values)
    {
        (double Score, double Value)[] both =
        [
            .. cell.Curve.Zip(values).Where(pair => pair.First.Score is not null && pair.Second is not null)
                .Select(pair => (pair.First.Score!.Value, pair.Second!.Value)),
        ];
        return RankCorrelation.Spearman([.. both.Select(pair => pair.Score)], [.. both.Select(pair => pair.Value)]);
    }
}
