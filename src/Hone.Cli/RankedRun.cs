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

    /// <summary>The checkpoint that was picked; null where none was.</summary>
    public Checkpoint? Picked => Checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == Result.Pick);

    /// <summary>Why there is no pick.</summary>
    public string NoPick => Result.Checkpoints.All(row => row.Score is null)
        ? "no checkpoint has a rollout with a finite log-probability and a finite reward in its window"
        : "no score is a finite number";
}
