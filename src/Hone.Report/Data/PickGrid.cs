using Hone.Selection;

namespace Hone.Report;

/// <summary>What other choices of p and delta would have picked.</summary>
/// <param name="Percents">The p, ascending.</param>
/// <param name="Windows">The delta, ascending.</param>
/// <param name="Cells">[percent][window].</param>
internal sealed record PickGrid(
    IReadOnlyList<double> Percents, IReadOnlyList<int> Windows, IReadOnlyList<IReadOnlyList<PickGridCell>> Cells)
{
    private static readonly double[] UsualPercents = [1, 3, 5, 10, 20, 50];

    /// <summary>Ranks with each pair; null where nothing was picked.</summary>
    public static PickGrid? Of(ReportSource source)
    {
        if (source.Ranking.Pick is null)
        {
            return null;
        }

        RolloutScore[] rollouts = [.. source.Rollouts];
        int[] steps = [.. source.Checkpoints.Select(checkpoint => checkpoint.Step)];
        double[] percents = [.. new SortedSet<double>(UsualPercents) { source.Options.HardestPercent }];
        int[] windows = WindowsFor(steps, source.Options.WindowSteps);
        return new PickGrid(percents, windows, [.. percents.Select(percent => windows.Select(window =>
        {
            RankingOptions options = source.Options with { HardestPercent = percent, WindowSteps = window, Replicates = 1 };
            RankingResult result = CheckpointRanking.Rank(rollouts, steps, options, source.Seed);
            return new PickGridCell(result.Pick, result.Checkpoints.FirstOrDefault(row => row.Step == result.Pick)?.Score);
        }).ToArray())]);
    }

    // The checkpoint interval and its doubles, as far as the last checkpoint, and the window in use.
    private static int[] WindowsFor(int[] steps, int chosen)
    {
        int interval = steps.Length < 2 ? steps[0] : steps.Zip(steps.Skip(1), (step, next) => next - step).Min();
        var windows = new SortedSet<int> { chosen };
        for (long window = Math.Max(1, interval); window <= steps[^1] && windows.Count < 5; window *= 2)
        {
            windows.Add((int)window);
        }

        return [.. windows];
    }
}

/// <summary>One pair of p and delta.</summary>
/// <param name="Pick">What it picks; null for nothing.</param>
/// <param name="Score">The pick's score.</param>
internal readonly record struct PickGridCell(int? Pick, double? Score);
