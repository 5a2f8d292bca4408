using Hone.Cli.Output;
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

    /// <summary>Ranks the checkpoints that a log covers, and says what to know of that beside the log's own findings.</summary>
    /// <param name="log">The log.</param>
    /// <param name="coverage">The checkpoints whose windows it covers.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">The seed of every random choice.</param>
    /// <param name="deleted">Checkpoints whose folders the run deleted; null for none.</param>
    public static RankedRun Of(
        RolloutLog log, LogCoverage coverage, RankingOptions options, ulong seed, IReadOnlyList<Checkpoint>? deleted = null)
    {
        (RankingResult result, IReadOnlyList<RankingDiagnosis> diagnoses) = RankedLog.RankAndDiagnose(log, coverage.Covered, options, seed);
        return new RankedRun(log, coverage.Covered, options, LogOutput.WithFindings(
            result, log.Findings, [.. coverage.Warnings, .. DeletedCheckpointWarnings.Of(result, [.. (deleted ?? []).Select(checkpoint => checkpoint.Step)])]))
        {
            Diagnoses = diagnoses,
        };
    }

    /// <summary>This with the control best_metric and the comparison with held-out values; the pick stays as it is.</summary>
    /// <param name="validation">The validation metric that lies beside the log; null for none.</param>
    /// <param name="given">Held-out values that the user named instead; null for none.</param>
    public RankedRun WithHeldOut(StepMetric? validation, StepMetric? given = null) => this with
    {
        Result = validation is null ? Result : Result.WithBestMetric(validation.Values),
        Validation = validation,
        HeldOut = given ?? validation,
    };

    /// <summary>Why there is no pick.</summary>
    public string NoPick => Result.Checkpoints.All(row => row.Score is null)
        ? "no checkpoint has a rollout with a finite log-probability and a finite reward in its window"
        : "no score is a finite number";
}
