using System.Globalization;

namespace Hone.Selection;

/// <summary>Whether the rewards still say which answers are better.</summary>
internal static class RewardDiagnoses
{
    // A rise of a twentieth of the rewards' span, and of more than three standard errors, is one that a run is judged by.
    private const double SmallestRise = 0.05;
    private const double StandardErrors = 3.0;

    // Where right answers rise by less than a fifth of it, the rest is something else: the format, as a rule.
    private const double ShareThatIsRight = 0.2;

    // Nothing is left to gain in right answers.
    private const double AllRight = 0.95;

    // A verdict on nearly every completion, or the shares are of different ones.
    private const double ShareWithVerdict = 0.95;

    // At one half, every second prompt was sampled for nothing; at four fifths hardly any step learns.
    private const double ManyConstantGroups = 0.5;
    private const double MostConstantGroups = 0.8;
    private const int FewestGroups = 20;

    // Within 5 % of the upper end, checkpoints differ by less than the noise of their windows.
    private const double Saturated = 0.95;

    public static RankingDiagnosis? FormatOnly(DiagnosedRanking ranking)
    {
        if (ranking.Scored is not [{ } start, .., { } end])
        {
            return null;
        }

        RewardSpan span = RewardSpan.Of(ranking.Window(start), ranking.Window(end));
        (Window first, Window last) = (Window.Of(ranking.Window(start), span), Window.Of(ranking.Window(end), span));
        double rise = last.Reward - first.Reward;
        double error = Math.Sqrt((first.Variance / first.Count) + (last.Variance / last.Count));
        if (first.Verdicts < ShareWithVerdict || last.Verdicts < ShareWithVerdict || first.Correct >= AllRight
            || !(rise >= SmallestRise * span.Width) || !(rise > StandardErrors * error)
            || last.Correct - first.Correct >= ShareThatIsRight * rise / span.Width)
        {
            return null;
        }

        var evidence = new Dictionary<string, double>
        {
            ["first_step"] = start.Step, ["last_step"] = end.Step, ["first_reward"] = first.Reward, ["last_reward"] = last.Reward,
            ["first_correct"] = first.Correct, ["last_correct"] = last.Correct,
        };
        string format = "";
        if (double.IsFinite(first.FormatOk) && double.IsFinite(last.FormatOk))
        {
            (evidence["first_format_ok"], evidence["last_format_ok"]) = (first.FormatOk, last.FormatOk);
            format = Text($"; answers in the asked format went from {first.FormatOk:P0} to {last.FormatOk:P0}");
        }

        return new RankingDiagnosis(
            DiagnosisIds.FormatOnly,
            DiagnosisSeverity.Serious,
            Text($"Reward rises from {first.Reward:F3} to {last.Reward:F3} between the windows of steps {start.Step} and {end.Step}, ")
                + Text($"but the share of right answers goes from {first.Correct:F3} to {last.Correct:F3}{format}: what is learnt is not the task."),
            evidence,
            "Rank by right answers alone (--field reward=correct), and give other parts of the reward less weight.");
    }

    public static RankingDiagnosis? ZeroVariance(DiagnosedRanking ranking)
    {
        if (ranking.Pick is not { } pick)
        {
            return null;
        }

        ReadOnlySpan<RolloutScore> window = ranking.Window(pick);
        (double lowest, double highest) = Range(window);
        int groups = 0, constant = 0, solved = 0, failed = 0;
        for (int start = 0, i = 1; i <= window.Length; i++)
        {
            if (i == window.Length || window[i].Step != window[start].Step || window[i].Prompt != window[start].Prompt)
            {
                if (i - start > 1)
                {
                    (double low, double high) = Range(window[start..i]);
                    bool same = low == high;
                    (groups, constant) = (groups + 1, constant + (same ? 1 : 0));
                    (solved, failed) = (solved + (same && high == highest ? 1 : 0), failed + (same && low == lowest ? 1 : 0));
                }

                start = i;
            }
        }

        // Where all rewards are equal there is a warning of its own.
        double share = (double)constant / groups;
        if (groups < FewestGroups || share < ManyConstantGroups || lowest == highest)
        {
            return null;
        }

        return new RankingDiagnosis(
            DiagnosisIds.ZeroVariance,
            share >= MostConstantGroups ? DiagnosisSeverity.Warning : DiagnosisSeverity.Note,
            Text($"{constant} of {groups} groups ({share:P0}) in the window of step {pick.Step} have one reward only, {solved} ")
                + Text($"the highest and {failed} the lowest: they teach nothing, and the score rests on few prompts that tell policies apart."),
            new Dictionary<string, double>
            {
                ["step"] = pick.Step, ["groups"] = groups, ["zero_variance"] = constant, ["share"] = share, ["all_highest"] = solved,
                ["all_lowest"] = failed,
            },
            "Train on prompts of medium difficulty (hone score, hone select), or with more completions a prompt.");
    }

    public static RankingDiagnosis? RewardSaturated(DiagnosedRanking ranking)
    {
        if (ranking.Scored is not [.., { } last])
        {
            return null;
        }

        RewardSpan span = RewardSpan.Of(ranking.All);
        double reward = Window.Of(ranking.Window(last), span).Reward;
        if (!((reward - span.Low) / span.Width >= Saturated))
        {
            return null;
        }

        // A right answer that hardly any completion gives looks like an outlier; a reader can tell.
        (double lowest, double highest) = Range(ranking.All);
        string above = highest > span.High ? Text($" (fewer than 1 % are higher, up to {highest:G6}, and count as that)") : "";
        return new RankingDiagnosis(
            DiagnosisIds.RewardSaturated,
            DiagnosisSeverity.Warning,
            Text($"The reward is saturated: its mean in the window of step {last.Step} is {reward:F3}, and 99 % of the log's rewards are ")
                + Text($"at most {span.High:G6}{above}. Late checkpoints can hardly differ on these prompts."),
            new Dictionary<string, double>
            {
                ["step"] = last.Step, ["reward"] = reward, ["low"] = span.Low, ["high"] = span.High, ["lowest"] = lowest,
                ["highest"] = highest,
            },
            "Judge late checkpoints on harder or held-out prompts.");
    }

    private static (double Lowest, double Highest) Range(ReadOnlySpan<RolloutScore> rollouts)
    {
        (double lowest, double highest) = (double.MaxValue, double.MinValue);
        foreach (ref readonly RolloutScore rollout in rollouts)
        {
            (lowest, highest) = (Math.Min(lowest, rollout.Reward), Math.Max(highest, rollout.Reward));
        }

        return (lowest, highest);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Means of a window, of rewards within the span; Verdicts is the share of completions with one, FormatOk NaN where
    /// any is silent.</summary>
    private readonly record struct Window(
        int Count, double Reward, double Variance, double Verdicts, double Correct, double FormatOk)
    {
        public static Window Of(ReadOnlySpan<RolloutScore> rollouts, RewardSpan span)
        {
            double sum = 0.0, squares = 0.0;
            foreach (RolloutScore rollout in rollouts)
            {
                sum += span.Within(rollout.Reward);
            }

            double mean = sum / rollouts.Length;
            int verdicts = 0, correct = 0, formats = 0, formatOk = 0;
            foreach (RolloutScore rollout in rollouts)
            {
                double deviation = span.Within(rollout.Reward) - mean;
                squares += deviation * deviation;
                (verdicts, correct) = (verdicts + (rollout.Correct is null ? 0 : 1), correct + (rollout.Correct is true ? 1 : 0));
                (formats, formatOk) = (formats + (rollout.FormatOk is null ? 0 : 1), formatOk + (rollout.FormatOk is true ? 1 : 0));
            }

            int count = rollouts.Length;
            return new Window(
                count, mean, squares / count, (double)verdicts / count, (double)correct / verdicts,
                formats == count ? (double)formatOk / count : double.NaN);
        }
    }
}
