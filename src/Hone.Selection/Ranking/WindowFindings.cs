namespace Hone.Selection;

/// <summary>All that is kept of a window once it has been looked at.</summary>
internal sealed record WindowFindings
{
    public required CheckpointScore Checkpoint { get; init; }

    /// <summary>Scores under resampling; null for a window of fewer than two steps.</summary>
    public WindowResample? Resample { get; init; }

    public double? TopReward { get; init; }

    public double? LowReward { get; init; }

    public double? RandomMean { get; init; }

    public double? RandomDeviation { get; init; }

    /// <summary>True if all units have one reward, so that no choice among them can matter.</summary>
    public bool ConstantReward { get; init; }

    /// <summary>The scores in all replicates, stretched as the interval is; none for a window that cannot be resampled.</summary>
    public double[] Draws() => Checkpoint.Score is double score ? Resample?.Scores(score) ?? [] : [];

    public static WindowFindings Of(
        int checkpoint, UsableRollouts usable, RankingOptions options, ulong seed)
    {
        ReadOnlySpan<RolloutScore> records = usable.Window(checkpoint, options);
        if (records.IsEmpty)
        {
            return new WindowFindings { Checkpoint = new CheckpointScore { Step = checkpoint } };
        }

        RankedWindow window = RankedWindow.Of(records, options.Reading) with { FirstStep = usable.PlaceOf(records) };
        int n = CheckpointRanking.HardCount(window.Units, options.HardestPercent);
        double[] byReward = [.. window.Reward];
        Array.Sort(byReward);

        // What windows do not share depends on the checkpoint's step and not on its place in the list, so that adding a
        // checkpoint does not change another's interval.
        double score = window.Score(n);
        Interval range = WindowResample.Range(byReward[0], byReward[^1]);
        WindowResample? resample = window.Steps > 1
            ? WindowResample.Of(
                window, n, range, StepBlocks.Length(window.Steps, usable.FullestWindow(checkpoint, options)), options.Replicates, seed,
                SplitMix64.Hash(seed, (ulong)checkpoint))
            : null;
        Interval? interval = resample?.Interval(score, range);
        (double randomMean, double randomDeviation) = RandomSubset.Mean(window.Reward, n);
        return new WindowFindings
        {
            Checkpoint = new CheckpointScore
            {
                Step = checkpoint,
                Score = score,
                Low = interval?.Low,
                High = interval?.High,
                Hard = n,
                Samples = window.Units,
                Records = window.Records,
                Steps = window.Steps,
                Threshold = window.Uncertainty[n - 1],
                TrainReward = window.TrainReward,
                Truncated = Moments.Mean(window.Truncated.AsSpan(0, n)),
            },
            Resample = resample,
            TopReward = Moments.Mean(byReward.AsSpan(window.Units - n)),
            LowReward = Moments.Mean(byReward.AsSpan(0, n)),
            RandomMean = randomMean,
            RandomDeviation = randomDeviation,
            ConstantReward = byReward[0] == byReward[^1],
        };
    }
}
