namespace Hone.Report;

/// <summary>Reward against uncertainty in the pick's window.</summary>
internal static class RewardSection
{
    private const double Errors = 1.96;

    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Rewards is not { } rewards || data.Window is not { } window)
        {
            return;
        }

        IReadOnlyList<UncertaintyBin> bins = rewards.Bins;
        string axis = data.Source.UncertaintyName;
        (double least, double most) = (bins.Min(bin => bin.Least), bins.Max(bin => bin.Most));
        ChartMark[] marks = window.Pick.Threshold is double threshold && double.IsFinite(threshold)
            ? [new ChartMark(NumberText.ForChart(threshold)!.Value, $"the hardest begin at {NumberText.Score(threshold)}")] : [];
        page.Section("rewards", "Reward against uncertainty")
            .Paragraph($"The {NumberText.Of(window.Rows.Count, "completion")} of steps {NumberText.Whole(window.FirstStep)} to "
                + $"{NumberText.Whole(window.Pick.Step)}, in {bins.Count} groups of equal size by uncertainty. "
                + (rewards.Correlation is double rho ? $"Spearman's rank correlation of uncertainty and reward is {NumberText.Score(rho)}. " : "")
                + "The method rests on a fall to the right: what the model is unsure of, it gets wrong more often.");
        page.Chart(
            "Mean reward by uncertainty, with its 95 % interval",
            new LineChart(axis, "mean reward", [.. bins.Select(bin => NumberText.ForChart(bin.Mean)!.Value)],
            [
                new ChartLine("mean reward", [.. bins.Select(bin => NumberText.ForChart(bin.Reward))])
                {
                    Low = [.. bins.Select(bin => NumberText.ForChart(Math.Max(least, bin.Reward - (Errors * (bin.Error ?? 0)))))],
                    High = [.. bins.Select(bin => NumberText.ForChart(Math.Min(most, bin.Reward + (Errors * (bin.Error ?? 0)))))], Main = true,
                },
            ])
            {
                Marks = marks,
            },
            new PageTable(
                "Mean reward by uncertainty", ["from", "to", "completions", "mean reward", "standard error", "truncated"],
                [.. bins.Select(bin => (string[])
                [
                    NumberText.Score(bin.Low), NumberText.Score(bin.High), NumberText.Count(bin.Count), NumberText.Score(bin.Reward),
                    NumberText.Score(bin.Error), NumberText.Percent(bin.Truncated),
                ])]));
        if (rewards.Points.Count > 0)
        {
            page.Chart(
                "Single completions",
                new ScatterChart(axis, "reward", [new ChartPoints(Sampled(rewards, window), rewards.Points)]) { Marks = marks },
                new PageTable(
                    "Single completions, evenly spaced in uncertainty", ["uncertainty", "reward"],
                    [.. Thinning.Places(rewards.Points.Count, 50).Select(i => (string[])
                        [NumberText.Score(rewards.Points[i][0]), NumberText.Plain(rewards.Points[i][1])])]));
        }

        page.EndSection();
    }

    private static string Sampled(RewardByUncertainty rewards, PickWindow window) => rewards.Points.Count == window.Rows.Count
        ? "completions" : $"{NumberText.Count(rewards.Points.Count)} of {NumberText.Count(window.Rows.Count)} completions";
}
