namespace Hone.Selection;

/// <summary>Compares configurations by the scores of their runs, with intervals that a few runs deserve.</summary>
/// <remarks>Source: Agarwal et al. 2021, arXiv 2108.13264 (rliable).</remarks>
/// <example>
/// <code>
/// RunGroup a = new("a", [[0.1, 0.4], [0.2, 0.5]]), b = new("b", [[0.3, 0.6], [0.3, 0.8]]);
/// ComparisonResult result = RunComparison.Of([a, b], [0.5], seed: 7);
/// // result.Improvements[0].Probability.Value is 1: b is above a in every pair of runs on both tasks.
/// </code>
/// </example>
public static class RunComparison
{
    private const double IntervalShare = 0.95;

    /// <summary>Aggregates, profiles and probabilities of improvement, each with a percentile interval.</summary>
    /// <param name="groups">At least one group of at least one run, all on the same tasks, at least one.</param>
    /// <param name="thresholds">The tau of the profiles.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <param name="target">gamma of the optimality gap.</param>
    /// <param name="replicates">Bootstrap replicates, at least 1.</param>
    /// <exception cref="ArgumentException">There is no group, run or task, tasks differ in number, or a score is not
    /// finite.</exception>
    public static ComparisonResult Of(
        IReadOnlyList<RunGroup> groups, IReadOnlyList<double> thresholds, ulong seed, double target = 1.0,
        int replicates = Bootstrap.DefaultReplicates)
    {
        Check(groups);
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicates);
        Resampled resampled = StratifiedBootstrap.For(groups);
        double[] values = Figures([.. groups.Select(group => group.Scores)], thresholds, target);
        double[][] drawn = new double[resampled == Resampled.Nothing ? 0 : replicates][];
        Parallel.For(0, drawn.Length, r => drawn[r] = Figures(
            StratifiedBootstrap.Draw(groups, resampled, SplitMix64.Hash(seed, (ulong)r)), thresholds, target));
        int place = 0;
        GroupSummary[] summaries = [.. groups.Select(group => new GroupSummary(
            group.Name, group.Runs, Next(), Next(), Next(), Next(), [.. thresholds.Select(tau => new ProfilePoint(tau, Next()))]))];
        Improvement[] improvements = [.. Pairs(groups.Count).Select(pair => new Improvement(
            groups[pair.Better].Name, groups[pair.Worse].Name, Next()))];
        return new ComparisonResult(summaries, improvements, groups[0].Tasks, resampled, target);

        Estimate Next()
        {
            int i = place++;
            if (drawn.Length == 0)
            {
                return new Estimate(values[i], null, null);
            }

            Interval interval = Quantile.Central([.. drawn.Select(figures => figures[i])], IntervalShare);
            return new Estimate(values[i], interval.Low, interval.High);
        }
    }

    // All figures of one sample in one row: a group's four aggregates and its profile, group by group, then the pairs.
    private static double[] Figures(double[][][] groups, IReadOnlyList<double> thresholds, double target)
    {
        List<double> figures = [];
        foreach (double[][] scores in groups)
        {
            double[] sorted = AggregateScores.Sorted(scores);
            figures.AddRange(
            [
                AggregateScores.Iqm(sorted), AggregateScores.Mean(scores), AggregateScores.Median(scores),
                AggregateScores.OptimalityGap(scores, target),
            ]);
            figures.AddRange(thresholds.Select(tau => AggregateScores.ShareAbove(sorted, tau)));
        }

        figures.AddRange(Pairs(groups.Length).Select(
            pair => AggregateScores.ProbabilityOfImprovement(groups[pair.Better], groups[pair.Worse])));
        return [.. figures];
    }

    private static IEnumerable<(int Better, int Worse)> Pairs(int groups) =>
        Enumerable.Range(0, groups).SelectMany(later => Enumerable.Range(0, later).Select(earlier => (later, earlier)));

    private static void Check(IReadOnlyList<RunGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count == 0 || groups.Any(group => group.Runs == 0) || groups[0].Tasks == 0)
        {
            throw new ArgumentException("A comparison needs at least one group, run and task.", nameof(groups));
        }

        int tasks = groups[0].Tasks;
        foreach (double[] run in groups.SelectMany(group => group.Scores))
        {
            Throw.IfLengthsDiffer(tasks, run.Length, nameof(groups));
            Throw.IfAnyNotFinite(run, nameof(groups));
        }
    }
}
