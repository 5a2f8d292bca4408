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
    /// <para>Intervals are percentile intervals of a moving-block bootstrap over the S steps present in a window, with
    /// blocks of ceil(S^(1/3)) steps, at most S - 1. Windows are resampled independently: where they overlap, the
    /// probability of being best is nearer even than it should be.</para>
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
        if (checkpointSteps.IsEmpty)
        {
            throw new ArgumentException("There are no checkpoints to rank.", nameof(checkpointSteps));
        }

        int[] steps = [.. checkpointSteps.ToArray().Distinct().Order()];
        UsableRollouts usable = UsableRollouts.From(rollouts, options.Reading);
        WindowFindings[] windows = new WindowFindings[steps.Length];
        Parallel.For(0, steps.Length, i =>
            windows[i] = WindowFindings.Of(steps[i], usable.Window(steps[i], options), options, seed));

        double[] shares = BestShares.Of([.. windows.Select(window => window.Replicates)]);
        CheckpointScore[] checkpoints = new CheckpointScore[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            CheckpointScore checkpoint = windows[i].Checkpoint;
            checkpoints[i] = checkpoint with { ProbabilityBest = checkpoint.Score is null ? null : shares[i] };
        }

        HighestPick pick = HighestPick.Of([.. checkpoints.Select(checkpoint => checkpoint.Score)]);
        int[] tied = [.. pick.Tied.Select(i => steps[i])];
        return new RankingResult(
            pick.Index is int index ? steps[index] : null,
            tied,
            checkpoints,
            ControlTable.Of(windows),
            RankingWarnings.Of(windows, usable, options, tied),
            usable.Source);
    }
}
