using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>A ranking and what it was made of.</summary>
/// <param name="Log">The log.</param>
/// <param name="Checkpoints">The checkpoints that were ranked.</param>
/// <param name="Options">How.</param>
/// <param name="Result">The outcome.</param>
internal sealed record RankedRun(RolloutLog Log, IReadOnlyList<Checkpoint> Checkpoints, RankingOptions Options, RankingResult Result)
{
    /// <summary>What may be wrong with the ranking.</summary>
    public IReadOnlyList<RankingDiagnosis> Diagnoses { get; init; } = [];

    /// <summary>The same by other measures; empty where they were not asked for.</summary>
    public IReadOnlyList<MeasureAgreement> Measures { get; init; } = [];

    /// <summary>The validation metric behind the control best_metric; null where the log has none.</summary>
    public StepMetric? Validation { get; init; }

    /// <summary>The held-out values that the ranking is compared with; null where there are none.</summary>
    public StepMetric? HeldOut { get; init; }

    /// <summary>The comparison; null where no ranked checkpoint has a held-out value.</summary>
    public HeldOutComparison? Comparison => HeldOut is null ? null : HeldOutComparison.Of(Result, HeldOut.Values);

    /// <summary>The checkpoint that was picked; null where none was.</summary>
    public Checkpoint? Picked => Checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == Result.Pick);

    /// <summary>Why there is no pick.</summary>
    public string NoPick => Result.Checkpoints.All(row => row.Score is null)
        ? "no checkpoint has a rollout with a finite log-probability and a finite reward in its window"
        : "no score is a finite number";
}
