namespace Hone.Selection;

/// <summary>Ranks checkpoints by UGCS over a grid of p and delta, and says how much the choice of the two matters.</summary>
/// <remarks>Each window is sorted once; all p are read off the sorted order. What is recommended rests on how repeatable each
/// cell's ranking is, so that p and delta are never chosen by a held-out result.</remarks>
/// <example>
/// <code>
/// RolloutScore[] log =
/// [
///     new(Step: 1, Prompt: 0, Sample: 0, Anll: 0.9, ReferenceAnll: double.NaN, Reward: 0, Truncated: false),
///     new(Step: 2, Prompt: 0, Sample: 0, Anll: 0.8, ReferenceAnll: double.NaN, Reward: 1, Truncated: false),
/// ];
/// SweepResult result = CheckpointSweep.Run(log, [1, 2], new SweepOptions { WindowSteps = [1] }, seed: 7);
/// // Every cell picks 2, and result.PickAgreement is 1.
/// </code>
/// </example>
public static class CheckpointSweep
{
    /// <summary>Scores every cell of the grid.</summary>
    /// <param name="rollouts">The training log, in any order; what is not finite is left out.</param>
    /// <param name="checkpointSteps">C of each checkpoint, in any order; repeats count once.</param>
    /// <param name="options">The grid.</param>
    /// <param name="seed">Seed of bands and halvings; scores and picks do not depend on it.</param>
    /// <returns>The cells, their agreement, and what is recommended.</returns>
    /// <exception cref="ArgumentException">There are no checkpoints, or the grid is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static SweepResult Run(
        ReadOnlySpan<RolloutScore> rollouts, ReadOnlySpan<int> checkpointSteps, SweepOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (checkpointSteps.IsEmpty)
        {
            throw new ArgumentException("There are no checkpoints to rank.", nameof(checkpointSteps));
        }

        int[] steps = [.. checkpointSteps.ToArray().Distinct().Order()];
        double[] percents = [.. options.HardestPercents.Distinct().Order()];
        int[] deltas = [.. options.WindowSteps.Distinct().Order()];
        UsableRollouts usable = UsableRollouts.From(rollouts, options.Reading);
        List<SweepCell> cells = [];
        foreach (int delta in deltas)
        {
            SweptWindow[] windows = new SweptWindow[steps.Length];
            Parallel.For(0, steps.Length, i =>
                windows[i] = SweptWindow.Of(steps[i], usable, percents, delta, options, seed));
            cells.AddRange(percents.Select((percent, p) => Cell(windows, percent, p, delta, options.Splits)));
        }

        (int? modal, double? share) = SweepAgreement.Picks(cells);
        return new SweepResult(
            percents, deltas, steps, cells, modal, share, SweepAgreement.MeanCorrelation(cells), SweepChoice.Of(cells),
            usable.Source);
    }

    private static SweepCell Cell(SweptWindow[] windows, double percent, int p, int delta, int splits)
    {
        double[] shares = BestShares.Of([.. windows.Select(window => window.Units > 0 ? window.Replicates[p] : [])]);
        SweepScore[] curve = new SweepScore[windows.Length];
        for (int i = 0; i < curve.Length; i++)
        {
            SweptWindow window = windows[i];
            if (window.Units == 0)
            {
                curve[i] = new SweepScore(window.Step, null, null, null, null, 0, 0);
                continue;
            }

            Interval? band = window.Bands[p];
            curve[i] = new SweepScore(
                window.Step, window.Score[p], band?.Low, band?.High, band is null ? null : shares[i], window.Hard[p], window.Units);
        }

        HighestPick pick = HighestPick.Of([.. curve.Select(point => point.Score)]);
        SweepScore? picked = pick.Index is int index ? curve[index] : null;
        return new SweepCell(
            percent, delta, curve, picked?.Step, picked?.ProbabilityBest, Stability(windows, p, delta, splits));
    }

    private static SweepStability? Stability(SweptWindow[] windows, int p, int delta, int splits)
    {
        SweptWindow[] scored = [.. windows.Where(window => window.Units > 0)];
        if (scored.Length == 0)
        {
            return null;
        }

        int percents = scored[0].Score.Length;
        double[][] Halves(int half) =>
        [
            .. Enumerable.Range(0, splits).Select(split => scored
                .Select(window => window.Halves[(((split * 2) + half) * percents) + p]).ToArray()),
        ];

        // Windows that overlap repeat each other: what is independent is how many of them fit side by side.
        double apart = ((double)scored[^1].Step - scored[0].Step) / delta;
        return Reliability.Of(Halves(0), Halves(1), Math.Min(scored.Length - 1, apart));
    }
}
