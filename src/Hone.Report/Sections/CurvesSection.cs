using Hone.Records.RunFolders;

namespace Hone.Report;

/// <summary>Training metrics and held-out accuracy over steps.</summary>
internal static class CurvesSection
{
    private const int OthersNamed = 100;

    // What is read first comes first; what is not named here follows in the file's order.
    private static readonly (string Name, string Title)[] Known =
    [
        ("reward", "mean reward"), ("correct", "share of right answers"), ("format_ok", "share with the right format"),
        ("truncated", "share cut off at the length limit"), ("length", "completion length, tokens"), ("entropy", "entropy, nats per token"),
        ("mean_logprob", "mean log-probability, nats per token"), ("kl", "KL divergence from the reference, nats per token"),
        ("zero_variance", "share of groups with equal rewards"), ("loss", "loss"), ("grad_norm", "gradient norm"),
        ("clip_low", "share of ratios clipped from below"), ("clip_high", "share of ratios clipped from above"),
    ];

    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Evals.Count == 0 && data.Metrics.Series.Count == 0 && data.CurveProblems.Count == 0)
        {
            return;
        }

        page.Section("curves", "Training curves");
        foreach (string problem in data.CurveProblems)
        {
            page.Paragraph(HtmlText.Cut(problem, 500));
        }

        if (data.Metrics.Series.Any(metric => metric.Low is not null))
        {
            page.Paragraph($"A long run is drawn as means of neighbouring steps, at most {MetricSeries.MostPoints} points; the band spans the "
                + "least and the greatest value among them.", "quiet");
        }

        page.Raw("<div class=\"charts\">\n");
        WriteEvals(page, data);
        MetricSeries[] changing = [.. data.Metrics.Series.Where(metric => !metric.IsConstant).OrderBy(Order)];
        WriteMetrics(page, data, changing.Where(metric => Order(metric) < Known.Length));
        page.Raw("</div>\n");
        MetricSeries[] others = [.. changing.Where(metric => Order(metric) == Known.Length)];
        if (others.Length > 0)
        {
            page.Raw("<details><summary>").Text($"More metrics ({others.Length})").Raw("</summary>\n<div class=\"charts\">\n");
            WriteMetrics(page, data, others);
            page.Raw("</div></details>\n");
        }

        WriteConstants(page, [.. data.Metrics.Series.Where(metric => metric.IsConstant)]);
        WriteOthers(page, data.Metrics.Others);
        page.EndSection();
    }

    private static void WriteMetrics(HtmlWriter page, ReportData data, IEnumerable<MetricSeries> metrics)
    {
        foreach (MetricSeries metric in metrics)
        {
            WriteMetric(page, data, metric);
        }
    }

    private static void WriteConstants(HtmlWriter page, MetricSeries[] constants)
    {
        if (constants.Length > 0)
        {
            page.Paragraph("The same in every step: " + string.Join(", ", constants.Select(metric =>
                $"{Title(metric)} {NumberText.Plain(metric.Values.First(value => value is not null))}")) + ".", "quiet");
        }
    }

    private static void WriteOthers(HtmlWriter page, IReadOnlyList<string> others)
    {
        if (others.Count > 0)
        {
            page.Paragraph($"Not drawn, for the file has more than {RunMetrics.MostShown} metrics: "
                + string.Join(", ", others.Take(OthersNamed).Select(name => HtmlText.Cut(name, 60)))
                + (others.Count > OthersNamed ? $" and {NumberText.Count(others.Count - OthersNamed)} more" : "") + ".", "quiet");
        }
    }

    private static string Title(MetricSeries metric) =>
        Known.FirstOrDefault(known => known.Name == metric.Name).Title ?? HtmlText.Cut(metric.Name, 60).Replace('_', ' ');

    private static int Order(MetricSeries metric) =>
        Array.FindIndex(Known, known => known.Name == metric.Name) is >= 0 and var place ? place : Known.Length;

    private static ChartMark[] PickMark(ReportData data) =>
        data.Pick is { } pick ? [new ChartMark(pick.Step, $"pick: step {NumberText.Whole(pick.Step)}")] : [];

    private static void WriteEvals(HtmlWriter page, ReportData data)
    {
        int[] steps = [.. data.Evals.Select(line => line.Step).Distinct()];
        if (steps.Length == 0)
        {
            return;
        }

        // A file that went through many sets shows those evaluated last.
        string[] sets = [.. data.Evals.Select(line => line.DataSet).Distinct().TakeLast(6)];
        Dictionary<(string, int), EvalLine> latest = [];
        foreach (EvalLine line in data.Evals)
        {
            latest[(line.DataSet, line.Step)] = line;
        }

        EvalLine?[][] lines = [.. sets.Select(set => steps.Select(step => latest.GetValueOrDefault((set, step))).ToArray())];
        page.Chart(
            "held-out accuracy with its 95 % interval",
            new LineChart("step", "accuracy", [.. steps.Select(step => (double)step)], [.. sets.Select((set, i) =>
                new ChartLine(HtmlText.Cut(set, 40), [.. lines[i].Select(line => NumberText.ForChart(line?.Accuracy))])
                {
                    Low = [.. lines[i].Select(line => NumberText.ForChart(line?.Low))],
                    High = [.. lines[i].Select(line => NumberText.ForChart(line?.High))], Main = i == 0,
                })])
            {
                Marks = PickMark(data),
            },
            new PageTable(
                "Held-out accuracy by step", [new PageColumn("step"), new PageColumn("set", IsText: true), "accuracy", "95 % interval", "prompts", "samples"],
                [.. data.Evals.Select(line => (string[])
                [
                    NumberText.Whole(line.Step), HtmlText.Cut(line.DataSet, 80), NumberText.Score(line.Accuracy),
                    NumberText.Interval(line.Low, line.High), NumberText.Count(line.Prompts), NumberText.Count(line.Samples),
                ])]),
            isSmall: true);
    }

    private static void WriteMetric(HtmlWriter page, ReportData data, MetricSeries metric)
    {
        string title = Title(metric);
        IReadOnlyList<int> shown = Thinning.Places(metric.Steps.Count, 60);
        page.Chart(
            title,
            new LineChart("step", "", metric.Steps, [new ChartLine(HtmlText.Cut(metric.Name, 60), metric.Values) { Low = metric.Low, High = metric.High, Main = true }])
            {
                Marks = PickMark(data),
            },
            new PageTable(
                shown.Count == metric.Steps.Count ? title : $"{title}: {shown.Count} of {metric.Steps.Count} points", ["step", "value"],
                [.. shown.Select(i => (string[])[NumberText.Plain(metric.Steps[i]), NumberText.Plain(metric.Values[i])])]),
            isSmall: true);
    }
}
