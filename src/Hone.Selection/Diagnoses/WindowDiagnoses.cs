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

    // Windows less full than the fullest one by a twentieth of their steps differ by more than a rounding; by a quarter, there is a hole.
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

        // Of what a policy is sure, only its likelihoods and its entropy speak.
        bool ofCertainty = ranking.Options.Measure is null or "anll" or "reference" or "entropy";
        string what = ofCertainty ? "uncertainty" : $"the measure ({ranking.Options.Measure})";
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
            Text($"What counts as hard has {(ofCertainty ? "become easier" : "changed")}: {what} begins at {first:G3} in the hard set of step ")
                + Text($"{start.Step} and at {last:G3} in that of step {end.Step}. ")
                + (ofCertainty
                    ? "The policy has grown surer of itself (its entropy may have collapsed), and later scores are of easier completions in "
                        + "absolute terms."
                    : "Later scores are of completions with lower values of it."),
            evidence,
            (ofCertainty ? "Look at the entropy in the trainer's metrics, and compare" : "Compare")
                + " neighbours rather than the ends of the run.");
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
        int[] steps = Steps(ranking.All);
        long pace = Pace(steps);
        (CheckpointScore Checkpoint, long Possible)[] windows =
        [
            .. ranking.Scored.Select(checkpoint => (checkpoint, Possible(checkpoint, ranking.Options, steps[0], pace))),
        ];
        double fullest = windows.Length == 0 ? 0.0 : windows.Max(window => Full(window));
        (CheckpointScore Checkpoint, long Possible)[] concerned = [.. windows.Where(window => Full(window) < PresentShare * fullest)];
        if (concerned.Length == 0)
        {
            return null;
        }

        (CheckpointScore least, long possible) = concerned.MinBy(window => Full(window));
        string names = string.Join(", ", concerned.Take(StepsNamed).Select(window => Text($"{window.Checkpoint.Step}")))
            + (concerned.Length > StepsNamed ? Text($" and {concerned.Length - StepsNamed} more") : "");
        return new RankingDiagnosis(
            DiagnosisIds.StepsMissing,
            Full((least, possible)) < HoleShare * fullest ? DiagnosisSeverity.Warning : DiagnosisSeverity.Note,
            Text($"Windows are not equally full: that of step {least.Step} has rollouts of {least.Steps} steps and could have them of ")
                + Text($"{possible} (less full: steps {names}), so scores rest on unequal stretches of the run."),
            new Dictionary<string, double>
            {
                ["checkpoints"] = concerned.Length, ["least_steps"] = least.Steps, ["least_steps_step"] = least.Step,
                ["possible_steps"] = possible,
            },
            "Log every step; of this log, leave those checkpoints out, or choose a --window that does not reach over the gap.");
    }

    // The share of the steps that a window could have.
    private static double Full((CheckpointScore Checkpoint, long Possible) window) =>
        Math.Min(1.0, (double)window.Checkpoint.Steps / window.Possible);

    // No window reaches back before the log begins.
    private static long Possible(CheckpointScore checkpoint, RankingOptions options, int firstStep, long pace)
    {
        long reach = (long)checkpoint.Step - options.WindowSteps + (options.Reading == RankingReading.Paper ? 1 : 0);
        return Math.Max(1L, (checkpoint.Step - Math.Max(firstStep, reach) + 1) / pace);
    }

    private static int[] Steps(ReadOnlySpan<RolloutScore> sorted)
    {
        List<int> steps = [];
        foreach (RolloutScore rollout in sorted)
        {
            if (steps.Count == 0 || rollout.Step != steps[^1])
            {
                steps.Add(rollout.Step);
            }
        }

        return [.. steps];
    }

    // A log of every tenth step has no more to give; the median distance is that of the rule, whatever gaps there are.
    private static long Pace(int[] steps)
    {
        long[] distances = [.. steps.Zip(steps.Skip(1), (step, next) => (long)next - step).Order()];
        return distances.Length > 0 ? distances[(distances.Length - 1) / 2] : 1;
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
