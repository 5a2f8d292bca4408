using System.Globalization;
using Hone.Selection;

namespace Hone.Dashboard.Runs;

/// <summary>The ranking as far as a run has come.</summary>
/// <param name="Result">Scores, pick, controls, and all that is to be known before trusting them; null where there is nothing to
/// rank.</param>
/// <param name="Diagnoses">What may be wrong with it, the most serious first.</param>
/// <param name="Note">What to know of it in a sentence; null for nothing.</param>
/// <param name="Saved">Whether the steps are those of the run's checkpoints.</param>
/// <param name="Rollouts">Rollouts that it is made of.</param>
internal sealed record RankedSoFar(
    RankingResult? Result, IReadOnlyList<RankingDiagnosis> Diagnoses, string? Note, bool Saved, int Rollouts)
{
    /// <summary>p and delta.</summary>
    public required RankingOptions Options { get; init; }

    /// <summary>Whether they are the run's own settings.</summary>
    public required bool IsRunsOwn { get; init; }

    /// <summary>What the scores are, and where p and delta come from.</summary>
    public string Method
    {
        get
        {
            RankingOptions defaults = new();
            string p = Options.HardestPercent.ToString(CultureInfo.InvariantCulture);
            string delta = Options.WindowSteps.ToString(CultureInfo.InvariantCulture);
            string source = IsRunsOwn ? "the run's own settings" : "the defaults of hone rank, for the run has no settings of its own";
            string command = (Options.HardestPercent == defaults.HardestPercent ? "" : $" --hardest {p}")
                + (Options.WindowSteps == defaults.WindowSteps ? "" : $" --window {delta}");
            return $"Mean reward on the {p} % most uncertain rollouts of the {delta} steps before each checkpoint, with its 95 % interval. "
                + $"p = {p} % and delta = {delta} steps are {source}; the same by hand: hone rank RUN{command}";
        }
    }

    /// <summary>Which checkpoints the scores tell apart from the pick, in a sentence; null where fewer than two have one.</summary>
    public string? Differences => Result is null || Result.Checkpoints.Count(row => row.Score is not null) < 2 ? null
        : Result.NothingDiffers
            ? "Nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %."
        : Result.Indistinguishable.Count > 1
            ? $"Cannot be told apart from the pick: {string.Join(", ", Result.Indistinguishable.Where(step => step != Result.Pick))}."
        : "The pick scores higher than every other checkpoint, at 95 %.";
}
