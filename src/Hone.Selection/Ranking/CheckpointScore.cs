namespace Hone.Selection;

/// <summary>One checkpoint's UGCS score and what it rests on.</summary>
/// <remarks>A <em>unit</em> is a completion in the paper's reading and a prompt in the reference code's. Everything
/// that needs records is null where the window has none.</remarks>
public sealed record CheckpointScore
{
    /// <summary>C, the number of updates behind the checkpoint.</summary>
    public required int Step { get; init; }

    /// <summary>Mean reward of the hard set; null for an empty window.</summary>
    public double? Score { get; init; }

    /// <summary>Lower end of the score's 95 % bootstrap interval; null where the window has fewer than two
    /// steps.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public double? High { get; init; }

    /// <summary>n: units in the hard set, max(1, floor(p N / 100)); 0 for an empty window.</summary>
    public int Hard { get; init; }

    /// <summary>N: units in the window.</summary>
    public int Samples { get; init; }

    /// <summary>Completions in the window; equal to <see cref="Samples"/> in the paper's reading.</summary>
    public int Records { get; init; }

    /// <summary>Steps of the window that have records.</summary>
    public int Steps { get; init; }

    /// <summary>Least uncertainty within the hard set, nats per token. As a policy grows surer this falls, and the hard
    /// set of a late checkpoint is easier in absolute terms.</summary>
    public double? Threshold { get; init; }

    /// <summary>Mean reward of all completions in the window.</summary>
    public double? TrainReward { get; init; }

    /// <summary>Share of truncated completions in the hard set, in [0, 1]; each prompt weighs the same in the reference
    /// code's reading.</summary>
    public double? Truncated { get; init; }

    /// <summary>Share of bootstrap replicates in which this checkpoint scores highest, ties split evenly; over
    /// checkpoints it sums to 1.</summary>
    public double? ProbabilityBest { get; init; }
}
