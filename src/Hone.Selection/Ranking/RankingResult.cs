namespace Hone.Selection;

/// <summary>Something a reader must know before trusting a ranking.</summary>
/// <param name="Id">Stable snake_case name, one of <see cref="RankingWarningIds"/>.</param>
/// <param name="Message">One sentence with the figures in it.</param>
/// <param name="Steps">The checkpoints concerned, ascending; empty if it concerns the whole log.</param>
public sealed record RankingWarning(string Id, string Message, IReadOnlyList<int> Steps);

/// <summary>Checkpoints ranked by UGCS.</summary>
/// <param name="Pick">Step of the highest score, ties to the later one; null if no window has records.</param>
/// <param name="TiedSteps">Checkpoints that share the highest score, if more than one does; else empty.</param>
/// <param name="Checkpoints">Every checkpoint, in step order.</param>
/// <param name="Controls">What simpler rules would have picked: last, train_reward, top_reward, low_reward,
/// random, and best_metric where there is one.</param>
/// <param name="Warnings">What to know before trusting the pick.</param>
/// <param name="Uncertainty">Whose log-probabilities were used.</param>
public sealed record RankingResult(
    int? Pick,
    IReadOnlyList<int> TiedSteps,
    IReadOnlyList<CheckpointScore> Checkpoints,
    IReadOnlyList<RankingControl> Controls,
    IReadOnlyList<RankingWarning> Warnings,
    UncertaintySource Uncertainty)
{
    /// <summary>Name of the measure that was ranked by: <see cref="RankingOptions.Measure"/>, else anll or reference.</summary>
    public string Measure { get; init; } = "anll";

    /// <summary>Steps of the checkpoints that cannot be told apart from the pick, which is one of them, in step order: with a
    /// probability of 95 % at least, one that is truly best is among them. Empty where there is no pick.</summary>
    /// <remarks>All pairs are compared at once over joint bootstrap replicates (Romano and Wolf 2005). A checkpoint whose window
    /// has one step has no interval and is always in the set; if the pick is one, all are.</remarks>
    public IReadOnlyList<int> Indistinguishable { get; init; } = [];

    /// <summary>True if there are several checkpoints with a score and nothing tells them apart.</summary>
    public bool NothingDiffers => Indistinguishable.Count > 1
        && Indistinguishable.Count == Checkpoints.Count(checkpoint => checkpoint.Score is not null);

    /// <summary>This ranking with one more control, <see cref="RankingControls.BestMetric"/>; the pick stays as it is.</summary>
    /// <param name="values">A validation metric by step, higher is better; checkpoints that are not in it have no value.</param>
    public RankingResult WithBestMetric(IReadOnlyDictionary<int, double> values) => this with
    {
        Controls =
        [
            .. Controls, ControlTable.Highest(RankingControls.BestMetric, Checkpoints.Select(checkpoint => checkpoint.Step), values),
        ],
    };
}
