namespace Hone.Selection;

/// <summary>Uncertainty-guided checkpoint selection (UGCS): rank checkpoints by the reward on the most uncertain
/// rollouts that led to them, with no validation set and no extra forward pass.</summary>
/// <remarks>Source: arXiv 2511.09864, and the authors' released script for the second reading. A window scores the
/// trail of policies that led to a checkpoint, not the checkpoint's own weights.</remarks>
/// <example>
/// <code>
/// RolloutScore[] log =
/// [
///     new(Step: 1, Prompt: 0, Sample: 0, Anll: 0.9, ReferenceAnll: double.NaN, Reward: 0, Truncated: false),
///     new(Step: 2, Prompt: 0, Sample: 0, Anll: 0.8, ReferenceAnll: double.NaN, Reward: 1, Truncated: false),
/// ];
/// RankingResult result = CheckpointRanking.Rank(log, [1, 2], new RankingOptions { WindowSteps = 1 }, seed: 7);
/// // result.Pick is 2.
/// </code>
/// </example>
public static class CheckpointRanking
{
    /// <summary>Hard sets below this size are warned about: at an accuracy of one half, 30 answers have a standard
    /// error of 9 points.</summary>
    public const int FewHard = 30;

    /// <summary>Size of the hard set: n = max(1, floor(p N / 100)).</summary>
    /// <param name="units">N, at least 1.</param>
    /// <param name="hardestPercent">p, in (0, 100]; counts as written, so 2.9 % of 1,000 is 29.</param>
    /// <returns>A count in [1, N].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static int HardCount(int units, double hardestPercent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        if (hardestPercent is not (> 0.0 and <= 100.0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(hardestPercent), hardestPercent, "The hardest percent is in (0, 100].");
        }

        return WholeCount.AtLeastOne(hardestPercent / 100.0, units);
    }

    /// <summary>Scores each checkpoint by the mean reward of the hardest units of its window, and picks the
    /// highest.</summary>
    /// <remarks>
    /// <para>Ties in uncertainty are broken by (step, prompt, sample), or by prompt in the reference code's reading.
    /// Scores within 1e-12 of the highest are tied; the later checkpoint is picked and the tie reported.</para>
    /// <para>Intervals are percentile intervals of a block bootstrap over the S steps present in a window, with blocks of some
    /// 1.5 sqrt(S) steps of the fullest window, stretched for the small number of blocks. All windows are resampled together, so that the
    /// probability of being best and the checkpoints that cannot be told apart hold for overlapping windows too.
    /// docs/statistics.md has the formulas and the measured coverage.</para>
    /// <para>Deterministic: one log, one seed, one result. The order of the records does not matter as long as no
    /// (step, prompt, sample) repeats; repeats keep the log's order among themselves.</para>
    /// </remarks>
    /// <param name="rollouts">The training log, in any order. Records whose uncertainty or reward is not finite are
    /// left out and counted in a warning.</param>
    /// <param name="checkpointSteps">C of each checkpoint, in any order; repeats count once.</param>
    /// <param name="options">Reading, p, delta and the numbers of draws.</param>
    /// <param name="seed">Seed of the intervals; scores, pick and controls do not depend on it.</param>
    /// <returns>The pick, every checkpoint in step order, the controls and the warnings.</returns>
    /// <exception cref="ArgumentException">There are no checkpoints.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static RankingResult Rank(
        ReadOnlySpan<RolloutScore> rollouts,
        ReadOnlySpan<int> checkpointSteps,
        RankingOptions options,
        ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Rank(UsableRollouts.From(rollouts, options.Reading), checkpointSteps, options, seed);
    }

    /// <summary>The same of rollouts that are sorted already, for callers that look at them again.</summary>
    /// <param name="usable">The training log, made with the reading of the options.</param>
    /// <param name="checkpointSteps">C of each checkpoint, in any order; repeats count once.</param>
    /// <param name="options">Reading, p, delta and the numbers of draws.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <exception cref="ArgumentException">There are no checkpoints.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static RankingResult Rank(
        UsableRollouts usable, ReadOnlySpan<int> checkpointSteps, RankingOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(usable);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (checkpointSteps.IsEmpty)
        {
            throw new ArgumentException("There are no checkpoints to rank.", nameof(checkpointSteps));
        }

        int[] steps = [.. checkpointSteps.ToArray().Distinct().Order()];
        WindowFindings[] windows = new WindowFindings[steps.Length];
        Parallel.For(0, steps.Length, i =>
            windows[i] = WindowFindings.Of(steps[i], usable, options, seed));

        int[] scored = Scored(windows);
        double[][] draws = [.. windows.Select((window, i) => scored.Contains(i) ? window.Draws() : [])];
        double[] shares = BestShares.Of(draws);
        CheckpointScore[] checkpoints = new CheckpointScore[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            checkpoints[i] = windows[i].Checkpoint with { ProbabilityBest = draws[i].Length == 0 ? null : shares[i] };
        }

        HighestPick pick = HighestPick.Of([.. checkpoints.Select(checkpoint => checkpoint.Score)]);
        int[] tied = [.. pick.Tied.Select(i => steps[i])];
        return new RankingResult(
            pick.Index is int index ? steps[index] : null,
            tied,
            checkpoints,
            ControlTable.Of(windows),
            RankingWarnings.Of(windows, usable, options, tied),
            usable.Source)
        {
            Measure = options.Measure ?? (usable.Source == UncertaintySource.Reference ? "reference" : "anll"),
            Indistinguishable = [.. Indistinguishable(windows, pick.Index, options).Select(i => steps[i])],
        };
    }

    private static IEnumerable<int> Indistinguishable(WindowFindings[] windows, int? pick, RankingOptions options)
    {
        int[] scored = Scored(windows);
        if (pick is not int best)
        {
            return [];
        }

        int[] kept = PickComparison.Indistinguishable(
            [.. scored.Select(i => windows[i].Checkpoint.Score!.Value)],
            [.. scored.Select(i => windows[i].Resample)],
            Array.IndexOf(scored, best),
            (i, j) => Math.Abs((long)windows[scored[i]].Checkpoint.Step - windows[scored[j]].Checkpoint.Step) >= options.Reach);
        return kept.Select(i => scored[i]);
    }

    // Sums of finite rewards may overflow; such a score takes part in nothing.
    private static int[] Scored(WindowFindings[] windows) =>
    [
        .. Enumerable.Range(0, windows.Length).Where(i => windows[i].Checkpoint.Score is double score && double.IsFinite(score)),
    ];
}
