using System.Globalization;

namespace Hone.Selection;

/// <summary>Whether windows can be compared with each other.</summary>
internal static class WindowDiagnoses
{
    // At half the uncertainty the hard completions of the last window would not have been hard in the first.
    private const double DriftFactor = 2.0;

    // With fewer than half of the prompts in common, most of two scores is about other questions.
    private const double CommonShare = 0.5;

    // Fewer prompts than this say nothing in a paired comparison.
    private const int FewestPairs = 10;

    // Two standard errors: 95 % of differences that are none lie within.
    private const double StandardErrors = 2.0;

    // Windows that lack a twentieth of the steps of the fullest one differ by more than a rounding of delta; a quarter is a hole.
    private const double PresentShare = 0.95;
    private const double HoleShare = 0.75;
    private const int StepsNamed = 5;

    public static RankingDiagnosis? ThresholdDrift(DiagnosedRanking ranking)
    {
        if (ranking.Scored is not [{ Threshold: > 0 and { } first } start, .., { Threshold: { } last } end]
            || last < 0 || first < DriftFactor * last)
        {
            return null;
        }

        var evidence = new Dictionary<string, double>
        {
            ["first_step"] = start.Step, ["last_step"] = end.Step, ["first_threshold"] = first, ["last_threshold"] = last,
        };
        if (last > 0)
        {
            evidence["factor"] = first / last;
        }

        return new RankingDiagnosis(
            DiagnosisIds.ThresholdDrift,
            DiagnosisSeverity.Warning,
            Text($"What counts as hard has become easier: uncertainty begins at {first:G3} in the hard set of step {start.Step} and at ")
                + Text($"{last:G3} in that of step {end.Step}. The policy has grown surer of itself (its entropy may have collapsed), and ")
                + "later scores are of easier completions in absolute terms.",
            evidence,
            "Look at the entropy in the trainer's metrics, and compare neighbours rather than the ends of the run.");
    }

    public static RankingDiagnosis? DifferentPrompts(DiagnosedRanking ranking)
    {
        if (ranking.Pick is not { } pick || ranking.RunnerUp is not { } other)
        {
            return null;
        }

        HashSet<int> own = Prompts(ranking.Window(pick)), others = Prompts(ranking.Window(other));
        int common = own.Count(others.Contains);
        double share = (double)common / Math.Min(own.Count, others.Count);
        if (share >= CommonShare)
        {
            return null;
        }

        string message = Text($"The windows of the pick (step {pick.Step}) and of the next best (step {other.Step}) have {common} prompts ")
            + Text($"in common, {share:P0} of the smaller one's: their scores are largely about different questions.");
        var evidence = new Dictionary<string, double>
        {
            ["pick"] = pick.Step, ["next_best"] = other.Step, ["common_prompts"] = common, ["common_share"] = share,
        };
        var severity = DiagnosisSeverity.Warning;
        string next = "Save checkpoints so that a window is a whole number of epochs, or judge both on one held-out set.";
        if (common >= FewestPairs)
        {
            PairedScore paired = PairedScore.Of(ranking.Window(pick), ranking.Window(other), ranking.Options.HardestPercent);
            message += Text($" On those in common the pick scores {paired.First:F3} and the next best {paired.Second:F3} ")
                + Text($"(difference {paired.Difference:F3}, standard error {paired.StandardError:F3}).");
            evidence["pick_on_common"] = paired.First;
            evidence["next_best_on_common"] = paired.Second;
            evidence["difference"] = paired.Difference;
            evidence["standard_error"] = paired.StandardError;
            if (paired.Difference < -StandardErrors * paired.StandardError)
            {
                severity = DiagnosisSeverity.Serious;
                next = Text($"On equal prompts step {other.Step} is better; judge both on one held-out set before choosing.");
            }
        }

        return new RankingDiagnosis(DiagnosisIds.DifferentPrompts, severity, message, evidence, next);
    }

    public static RankingDiagnosis? StepsMissing(DiagnosedRanking ranking)
    {
        int most = ranking.Scored.Max(checkpoint => (int?)checkpoint.Steps) ?? 0;
        CheckpointScore[] concerned = [.. ranking.Scored.Where(checkpoint => checkpoint.Steps < PresentShare * most)];
        if (concerned.Length == 0)
        {
            return null;
        }

        CheckpointScore least = concerned.MinBy(checkpoint => checkpoint.Steps)!;
        string names = string.Join(", ", concerned.Take(StepsNamed).Select(checkpoint => Text($"{checkpoint.Step}")))
            + (concerned.Length > StepsNamed ? Text($" and {concerned.Length - StepsNamed} more") : "");
        return new RankingDiagnosis(
            DiagnosisIds.StepsMissing,
            least.Steps < HoleShare * most ? DiagnosisSeverity.Warning : DiagnosisSeverity.Note,
            Text($"Windows are not equally full: that of step {least.Step} has rollouts of {least.Steps} steps and the fullest of {most} ")
                + Text($"(less full: steps {names}), so scores rest on unequal stretches of the run."),
            new Dictionary<string, double>
            {
                ["checkpoints"] = concerned.Length, ["least_steps"] = least.Steps, ["least_steps_step"] = least.Step, ["most_steps"] = most,
            },
            Text($"Rank with a --window of at most {least.Steps} steps, or leave those checkpoints out; where steps are missing ")
                + "from the log, log every one.");
    }

    private static HashSet<int> Prompts(ReadOnlySpan<RolloutScore> window)
    {
        var prompts = new HashSet<int>();
        foreach (RolloutScore rollout in window)
        {
            prompts.Add(rollout.Prompt);
        }

        return prompts;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
