namespace Hone.Selection;

/// <summary>What is kept of one window for all p of a sweep.</summary>
internal sealed class SweptWindow
{
    /// <summary>C.</summary>
    public required int Step { get; init; }

    /// <summary>N; 0 for a window without records, which then has nothing else.</summary>
    public int Units { get; init; }

    /// <summary>Steps of the window that have records.</summary>
    public int Steps { get; init; }

    /// <summary>(M) n.</summary>
    public int[] Hard { get; init; } = [];

    /// <summary>(M) scores.</summary>
    public double[] Score { get; init; } = [];

    /// <summary>[M][R] bootstrap scores in draw order; none for a window of one step.</summary>
    public double[][] Replicates { get; init; } = [];

    /// <summary>(M) 95 % intervals; null for a window of one step.</summary>
    public Interval?[] Bands { get; init; } = [];

    /// <summary>(S * 2 * M) as <see cref="SplitHalves.Scores"/> gives them.</summary>
    public double[] Halves { get; init; } = [];

    /// <summary>Ranks a window once and scores it for all p.</summary>
    /// <param name="checkpoint">C.</param>
    /// <param name="usable">The log.</param>
    /// <param name="percents">(M) the p, ascending.</param>
    /// <param name="delta">Steps that the window reaches back.</param>
    /// <param name="options">Reading and numbers of draws.</param>
    /// <param name="seed">Seed of the whole sweep.</param>
    public static SweptWindow Of(
        int checkpoint, UsableRollouts usable, double[] percents, int delta, SweepOptions options, ulong seed)
    {
        RankingOptions reach = new() { WindowSteps = delta, Reading = options.Reading, Replicates = options.Replicates };
        ReadOnlySpan<RolloutScore> records = usable.Window(checkpoint, reach);
        if (records.IsEmpty)
        {
            return new SweptWindow { Step = checkpoint };
        }

        RankedWindow window = RankedWindow.Of(records, options.Reading) with { FirstStep = usable.PlaceOf(records) };
        int[] hard = new int[percents.Length];
        WholeCount.AtLeastOne(percents, window.Units, hard);
        double[] score = new double[percents.Length];
        HardestMeans means = new(hard, score);
        for (int unit = 0; !means.Full; unit++)
        {
            means.Take(window.Reward[unit], 1.0);
        }

        // The same draws as a ranking's, so that a cell's band is the one that ranking it alone shows.
        Interval range = WindowResample.Range(window.Reward.Min(), window.Reward.Max());
        int length = StepBlocks.Length(window.Steps, usable.FullestWindow(checkpoint, reach));
        WindowResample?[] resamples =
        [
            .. hard.Select(n => window.Steps < 2 ? null : WindowResample.Of(
                window, n, range, length, options.Replicates, seed, SplitMix64.Hash(seed, (ulong)checkpoint))),
        ];
        return new SweptWindow
        {
            Step = checkpoint,
            Units = window.Units,
            Steps = window.Steps,
            Hard = hard,
            Score = score,
            Replicates = [.. resamples.Select((resample, p) => resample?.Scores(score[p]) ?? [])],
            Bands = [.. resamples.Select((resample, p) => resample?.Interval(score[p], range))],
            Halves = SplitHalves.Scores(window, percents, SplitMix64.Hash(seed, ulong.MaxValue), options.Splits),
        };
    }
}
