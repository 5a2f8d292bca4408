namespace Hone.Selection;

/// <summary>How much a diagnosis takes away from a ranking.</summary>
public enum DiagnosisSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>The ranking may rest on something else than it seems to.</summary>
    Warning,

    /// <summary>The ranking should not be relied on before this is looked at.</summary>
    Serious,
}

/// <summary>What may be wrong with a ranking, in words.</summary>
/// <param name="Id">Stable snake_case name, one of <see cref="DiagnosisIds"/>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What was found, with its figures.</param>
/// <param name="Evidence">The figures by their snake_case names, in the order of telling; finite.</param>
/// <param name="NextStep">What to do about it.</param>
public sealed record RankingDiagnosis(
    string Id, DiagnosisSeverity Severity, string Message, IReadOnlyDictionary<string, double> Evidence, string NextStep);

/// <summary>Identifiers of the diagnoses.</summary>
public static class DiagnosisIds
{
    /// <summary>Hard sets too small for their intervals to mean anything.</summary>
    public const string FewHard = "few_hard";

    /// <summary>Uncertainty hardly varies, so that the hard set is nearly a random one.</summary>
    public const string FlatUncertainty = "flat_uncertainty";

    /// <summary>Uncertainty follows the number of tokens.</summary>
    public const string LengthExplains = "length_explains";

    /// <summary>The hard set is largely made of truncated completions.</summary>
    public const string TruncationExplains = "truncation_explains";

    /// <summary>What counts as hard has become much easier from the first window to the last.</summary>
    public const string ThresholdDrift = "threshold_drift";

    /// <summary>Two windows hold mostly different prompts.</summary>
    public const string DifferentPrompts = "different_prompts";

    /// <summary>Some windows lack steps that others have.</summary>
    public const string StepsMissing = "steps_missing";

    /// <summary>Reward rises and the share of right answers does not.</summary>
    public const string FormatOnly = "format_only";

    /// <summary>Many groups have one reward only.</summary>
    public const string ZeroVariance = "zero_variance";

    /// <summary>Nearly every completion has the highest reward.</summary>
    public const string RewardSaturated = "reward_saturated";
}
