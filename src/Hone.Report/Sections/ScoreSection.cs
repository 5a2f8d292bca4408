using Hone.Selection;

namespace Hone.Report;

/// <summary>Every checkpoint's score with its band, against the controls.</summary>
internal static class ScoreSection
{
    // A normal variable is within so many deviations of its mean in 95 % of cases.
    private const double Deviations = 1.96;

    public static void Write(HtmlWriter page, ReportData data)
    {
        IReadOnlyList<CheckpointScore> rows = data.Ranking.Checkpoints;
        page.Section("scores", "Score by checkpoint")
            .Paragraph("Each checkpoint's score with its 95 % interval, beside what simpler rules see in the same window. A score that runs "
                + "along the random choice of as many completions (its mean is that of the whole window) says nothing that the mean reward does not.");
        List<ChartLine> lines =
        [
            new ChartLine("UGCS score", [.. rows.Select(row => NumberText.ForChart(row.Score))])
            {
                Low = [.. rows.Select(row => NumberText.ForChart(row.Low))], High = [.. rows.Select(row => NumberText.ForChart(row.High))],
                Main = true,
            },
        ];
        RankingControl[] controls = [.. data.Ranking.Controls.Where(control =>
            control.Name is not (RankingControls.Last or RankingControls.BestMetric) && control.Values.Any(value => value.Value is not null) && !IsRandomToo(data, control))];
        lines.AddRange(controls.OrderByDescending(control => control.Name == RankingControls.Random).Select(control => Line(data, control)));
        lines.AddRange(HeldOut(data, rows));
        double?[] known = [.. rows.Select(row => row.Score)];
        var chart = new LineChart("step", "reward", [.. rows.Select(row => (double)row.Step)], lines)
        {
            Stars = data.Pick is { Score: double score } pick
                ? [new ChartStar(pick.Step, NumberText.ForChart(score)!.Value, $"pick: step {NumberText.Whole(pick.Step)}")] : [],
        };
        if (known.Any(value => value is not null))
        {
            page.Chart("Score by step against the controls", chart, Table(data, rows));
        }
        else
        {
            page.Table(Table(data, rows));
        }

        page.Element("h3", "What simpler rules pick").Table(Controls(data));
        page.EndSection();
    }

    private static ChartLine Line(ReportData data, RankingControl control)
    {
        ControlValue[] values = [.. control.Values];
        var line = new ChartLine(ControlNames.Of(control.Name, data.Source.Options), [.. values.Select(value => NumberText.ForChart(value.Value))]);
        return values.Any(value => value.Deviation is not null)
            ? line with
            {
                Low = [.. values.Select(value => NumberText.ForChart(value.Value - (Deviations * value.Deviation)))],
                High = [.. values.Select(value => NumberText.ForChart(value.Value + (Deviations * value.Deviation)))],
            }
            : line;
    }

    // In the paper's reading a random choice has the mean training reward: one line for both.
    private static bool IsRandomToo(ReportData data, RankingControl control) => control.Name == RankingControls.TrainReward
        && data.Ranking.Controls.FirstOrDefault(other => other.Name == RankingControls.Random) is { } random
        && control.Values.Zip(random.Values).All(pair => Nullable.Equals(NumberText.ForChart(pair.First.Value), NumberText.ForChart(pair.Second.Value)));

    // Held-out shares have the reward's scale where that is right or wrong; the chart is then the whole story at a glance.
    private static IEnumerable<ChartLine> HeldOut(ReportData data, IReadOnlyList<CheckpointScore> rows)
    {
        if (data.Source.HeldOut is not { } metric || rows.Any(row => row.TrainReward is < 0 or > 1))
        {
            return [];
        }

        double?[] values = [.. rows.Select(row => metric.Values.TryGetValue(row.Step, out double value) ? NumberText.ForChart(value) : null)];
        return values.All(value => value is null) || values.Any(value => value is < 0 or > 1) ? []
            : [new ChartLine($"held-out {HtmlText.Cut(metric.Name, 40)}", values)];
    }

    private static PageTable Table(ReportData data, IReadOnlyList<CheckpointScore> rows) => new(
        "Checkpoints by step; the pick is in bold and has a star",
        ["step", "score", "95 % interval", "best in", "hard", "of", "hard from", "training reward", "truncated"],
        [.. rows.Select(row => (string[])
        [
            NumberText.Whole(row.Step) + (row.Step == data.Ranking.Pick ? " ★" : ""), NumberText.Score(row.Score),
            NumberText.Interval(row.Low, row.High), NumberText.Percent(row.ProbabilityBest), NumberText.Count(row.Hard),
            NumberText.Count(row.Samples), NumberText.Score(row.Threshold), NumberText.Score(row.TrainReward),
            NumberText.Percent(row.Truncated),
        ])],
        rows.ToList().FindIndex(row => row.Step == data.Ranking.Pick));

    private static PageTable Controls(ReportData data) => new(
        "The pick of each rule, and the UGCS score of that checkpoint",
        [new PageColumn("rule", IsText: true), "picks step", "its value there", "UGCS score there"],
        [
            Row(data, "UGCS", data.Ranking.Pick, data.Ranking.TiedSteps.Count, data.Pick?.Score),
            .. data.Ranking.Controls.Select(control =>
                Row(data, ControlNames.Of(control.Name, data.Source.Options), control.Step, control.TiedSteps.Count, control.Value)),
        ], 0);

    private static string[] Row(ReportData data, string name, int? step, int tied, double? value) =>
    [
        name, NumberText.Pick(step, tied), NumberText.Score(value),
        NumberText.Score(data.Ranking.Checkpoints.FirstOrDefault(row => row.Step == step)?.Score),
    ];
}
