namespace Hone.Selection;

/// <summary>Chooses p and delta by how repeatable the rankings are.</summary>
internal static class SweepChoice
{
    /// <summary>A difference of stabilities that changes no decision, however sure.</summary>
    public const double Immaterial = 0.05;

    /// <summary>Of the cells that cannot be told apart from the most stable one, the nearest to the default of 3 % and 100 steps;
    /// where nothing can be told, the nearest of all.</summary>
    /// <remarks>Repeatable is not right: large windows and large p are steadier by nature. So the default stands unless it is
    /// worse by more than noise. A cell is within noise while its interval reaches the most stable cell's value, or comes within
    /// <see cref="Immaterial"/> of it.</remarks>
    public static SweepRecommendation Of(IReadOnlyList<SweepCell> cells)
    {
        int[] all = [.. Enumerable.Range(0, cells.Count)];
        int[] known = [.. all.Where(i => cells[i].Stability is not null)];
        if (known.Length == 0)
        {
            SweepVerdict why = cells.All(cell => cell.Curve.Count(point => point.Score is not null) < 2) ? SweepVerdict.OneCheckpoint
                : cells.Any(cell => cell.Prefers) ? SweepVerdict.Unknown
                : SweepVerdict.EqualScores;
            return Nearest(cells, all, why, []);
        }

        SweepStability best = known.Select(i => cells[i].Stability!.Value).MaxBy(stability => stability.Value);
        int[] within = [.. known.Where(i => cells[i].Stability!.Value.High >= best.Value - Immaterial)];
        return best.Low <= 0.0 ? Nearest(cells, all, SweepVerdict.NoSignal, within)
            : known.Length == 1 ? Nearest(cells, known, SweepVerdict.OneCell, within)
            : within.Length == known.Length ? Nearest(cells, within, SweepVerdict.Flat, within)
            : Nearest(cells, within, SweepVerdict.Differs, within);
    }

    private static SweepRecommendation Nearest(
        IReadOnlyList<SweepCell> cells, IEnumerable<int> among, SweepVerdict verdict, int[] within)
    {
        RankingOptions standard = new();
        SweepCell nearest = cells[among.MinBy(i =>
            Math.Abs(Math.Log(cells[i].HardestPercent / standard.HardestPercent))
            + Math.Abs(Math.Log((double)cells[i].WindowSteps / standard.WindowSteps)))];
        return new SweepRecommendation(nearest.HardestPercent, nearest.WindowSteps, verdict, within);
    }
}
