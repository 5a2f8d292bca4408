using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report;

/// <summary>The texts of a completion's tokens.</summary>
/// <param name="ids">Token ids.</param>
/// <returns>A text for each, together the completion; null where they are not known.</returns>
public delegate IReadOnlyList<string>? TokenTexts(IReadOnlyList<int> ids);

/// <summary>What a report is made of: a ranked log, and where the rest lies.</summary>
public sealed record ReportSource
{
    /// <summary>The run folder or log, as the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>The log.</summary>
    public required RolloutLog Log { get; init; }

    /// <summary>How the log was read: to read its texts.</summary>
    public required LogOptions LogOptions { get; init; }

    /// <summary>The log's completions as they were ranked, in its order.</summary>
    public required IReadOnlyList<RolloutScore> Rollouts { get; init; }

    /// <summary>The checkpoints that were ranked.</summary>
    public required IReadOnlyList<Checkpoint> Checkpoints { get; init; }

    /// <summary>How they were ranked.</summary>
    public required RankingOptions Options { get; init; }

    /// <summary>The ranking, with what is to be said of the log among its warnings.</summary>
    public required RankingResult Ranking { get; init; }

    /// <summary>What may be wrong with the ranking, the most serious first.</summary>
    public IReadOnlyList<RankingDiagnosis> Diagnoses { get; init; } = [];

    /// <summary>Rankings by other measures of uncertainty, the usual one first; empty where they were not asked for.</summary>
    public IReadOnlyList<MeasureAgreement> Measures { get; init; } = [];

    /// <summary>Held-out values to compare the ranking with; null for none.</summary>
    public StepMetric? HeldOut { get; init; }

    /// <summary>Whether the control best_metric chooses by these same values.</summary>
    public bool HeldOutIsValidation { get; init; }

    /// <summary>What to say where the folder of the pick was deleted; null where it was not.</summary>
    public string? PickDeleted { get; init; }

    /// <summary>Scores of the candidates that the run's prompts were selected from; null for none.</summary>
    public string? ScoresFile { get; init; }

    /// <summary>Texts of tokens, for colouring; null where there is no tokenizer.</summary>
    public TokenTexts? TokenTexts { get; init; }

    /// <summary>The options of ranking beside the log's path, as arguments of a command: to rank again.</summary>
    public IReadOnlyList<string> RankingArguments { get; init; } = [];

    /// <summary>The version of Hone that makes the report.</summary>
    public required string Version { get; init; }

    /// <summary>The seed of intervals and samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What the completions were ordered by, with its unit where it is the usual one.</summary>
    internal string UncertaintyName => Options.Measure is { } measure ? $"uncertainty ({measure.Replace('_', ' ')})"
        : Ranking.Uncertainty == UncertaintySource.Reference ? "uncertainty (ANLL under the reference), nats per token"
        : "uncertainty (ANLL), nats per token";

    /// <summary>The uncertainty in use of a completion.</summary>
    internal double Uncertainty(RolloutScore rollout) =>
        Ranking.Uncertainty == UncertaintySource.Reference ? rollout.ReferenceAnll : rollout.Anll;
}
