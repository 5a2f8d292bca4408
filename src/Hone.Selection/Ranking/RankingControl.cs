namespace Hone.Selection;

/// <summary>Names of the controls that stand beside every ranking.</summary>
public static class RankingControls
{
    /// <summary>The last checkpoint; its values are the UGCS scores.</summary>
    public const string Last = "last";

    /// <summary>Mean reward of all completions in the window.</summary>
    public const string TrainReward = "train_reward";

    /// <summary>Mean reward of the p % of units with the highest reward (a baseline of the authors).</summary>
    public const string TopReward = "top_reward";

    /// <summary>Mean reward of the p % of units with the lowest reward.</summary>
    public const string LowReward = "low_reward";

    /// <summary>Expected mean reward of a random p % of units.</summary>
    public const string Random = "random";

    /// <summary>The best validation metric that the log has by step; only beside rankings that were given one.</summary>
    public const string BestMetric = "best_metric";
}

/// <summary>A control's value at one checkpoint.</summary>
/// <param name="Step">The checkpoint.</param>
/// <param name="Value">In reward units; null for an empty window.</param>
/// <param name="Deviation">Standard deviation of that mean over random choices; null for all but the random control.</param>
public readonly record struct ControlValue(int Step, double? Value, double? Deviation);

/// <summary>A simpler way to choose, for comparison.</summary>
/// <param name="Name">One of <see cref="RankingControls"/>.</param>
/// <param name="Step">The checkpoint it picks: highest value, ties to the later one; the one that most draws pick for the random
/// control; null if no window has records.</param>
/// <param name="Value">Its value there, in reward units; null for a last checkpoint without a score.</param>
/// <param name="Deviation">Standard deviation over random choices there; null for all but the random control.</param>
/// <param name="TiedSteps">Checkpoints that share the highest value, if more than one does; else empty.</param>
/// <param name="Values">Its value at each checkpoint, in step order.</param>
public sealed record RankingControl(
    string Name,
    int? Step,
    double? Value,
    double? Deviation,
    IReadOnlyList<int> TiedSteps,
    IReadOnlyList<ControlValue> Values)
{
    /// <summary>How likely it is to pick each checkpoint, in the order of the values: 1 for its pick, the same for all that share
    /// the highest value, and over 1,000 draws for the random control. Sums to 1 where it picks at all.</summary>
    public required IReadOnlyList<double> PickShares { get; init; }
}
