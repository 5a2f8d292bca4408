namespace Hone.Selection;

/// <summary>Says in words what may be wrong with a ranking of checkpoints, from its own log.</summary>
public static class RankingDiagnoses
{
    private static readonly Func<DiagnosedRanking, RankingDiagnosis?>[] Checks =
    [
        HardSetDiagnoses.FewHard, HardSetDiagnoses.FlatUncertainty, HardSetDiagnoses.LengthExplains,
        HardSetDiagnoses.TruncationExplains, WindowDiagnoses.ThresholdDrift, WindowDiagnoses.DifferentPrompts,
        WindowDiagnoses.StepsMissing, RewardDiagnoses.FormatOnly, RewardDiagnoses.ZeroVariance, RewardDiagnoses.RewardSaturated,
    ];

    /// <summary>Looks for everything; empty for a sound ranking.</summary>
    /// <param name="rollouts">The log that was ranked.</param>
    /// <param name="result">Its ranking.</param>
    /// <param name="options">How it was ranked.</param>
    /// <returns>The diagnoses, the most serious first.</returns>
    public static IReadOnlyList<RankingDiagnosis> Of(UsableRollouts rollouts, RankingResult result, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(rollouts);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(options);
        var ranking = new DiagnosedRanking(rollouts, result, options);
        var found = new RankingDiagnosis?[Checks.Length];
        Parallel.For(0, found.Length, i => found[i] = Checks[i](ranking));
        return [.. found.OfType<RankingDiagnosis>().OrderByDescending(diagnosis => diagnosis.Severity)];
    }
}
