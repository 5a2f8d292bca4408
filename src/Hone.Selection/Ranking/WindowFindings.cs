namespace Hone.Selection;

/// <summary>All that is kept of a window once it has been looked at.</summary>
internal sealed record WindowFindings
{
    private const double IntervalShare = 0.95;

    public required CheckpointScore Checkpoint { get; init; }

    /// <summary>Bootstrap scores, in draw order; empty for a window without records.</summary>
    public double[] Replicates { get; init; } = [];

    public double? TopReward { get; init; }

    public double? LowReward { get; init; }

    public double? RandomMean { get; init; }

    public double? RandomDeviation { get; init; }

    /// <summary>True if all units have one reward, so that no choice among them can matter.</summary>
    public bool ConstantReward { get; init; }

    public static WindowFindings Of(
        int checkpoint, ReadOnlySpan<RolloutScore> records, RankingOptions options, ulong seed)
    {
        if (records.IsEmpty)
        {
            return new WindowFindings { Checkpoint = new CheckpointScore { Step = checkpoint } };
        }

        RankedWindow window = RankedWindow.Of(records, options.Reading);
        int n = CheckpointRanking.HardCount(window.Units, options.HardestPercent);
        double[] byReward = [.. window.Reward];
        Array.Sort(byReward);

        // Streams depend on the checkpoint's step and not on its place in the list, so that adding a checkpoint does
        // not change another's interval.
        ulong stream = SplitMix64.Hash(seed, (ulong)checkpoint);
        double[] replicates = MovingBlocks.Scores(window, options, SplitMix64.Hash(stream, 0));
        Interval? interval =
            window.Steps > 1 ? Quantile.Central((double[])replicates.Clone(), IntervalShare) : null;
        (double randomMean, double randomDeviation) = RandomSubset.Mean(window.Reward, n);
        return new WindowFindings
        {
            Checkpoint = new CheckpointScore
            {
                Step = checkpoint,
                Score = window.Score(n),
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
            Replicates = replicates,
            TopReward = Moments.Mean(byReward.AsSpan(window.Units - n)),
            LowReward = Moments.Mean(byReward.AsSpan(0, n)),
            RandomMean = randomMean,
            RandomDeviation = randomDeviation,
            ConstantReward = byReward[0] == byReward[^1],
        };
    }
}
