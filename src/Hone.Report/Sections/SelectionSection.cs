namespace Hone.Report;

/// <summary>How likely the model found the answers before training, and what was selected.</summary>
internal static class SelectionSection
{
    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Scores is not { } scores)
        {
            return;
        }

        page.Section("selection", "Selected prompts");
        string kept = scores.KeptRange is (double low, double high)
            ? $"The run trained on {NumberText.Of(scores.Selected, "prompt")} with s from {NumberText.Score(low)} to {NumberText.Score(high)}"
                + $"{(scores.Rule is { } rule ? $", selected as {HtmlText.Cut(rule, 40)}" : "")}. "
            : "";
        string all = scores.All is null ? "The candidates they were chosen from are not known here: give them with --scores."
            : $"There were {NumberText.Of(scores.Candidates, "candidate")}; their mean is {NumberText.Score(scores.Mean)}.";
        page.Paragraph("s is the model's probability of a token of the answer, as a geometric mean, before training. Prompts near the "
            + "mean of s are neither mastered nor out of reach.").Paragraph(kept + all);
        if (data.Data.Problem is { } problem)
        {
            page.Paragraph($"The prompts that were selected are not shown: {problem}.");
        }

        List<ChartCounts> series = [];
        if (scores.All is { } candidates)
        {
            series.Add(new ChartCounts("all candidates", candidates));
        }

        if (scores.Kept is { } selected)
        {
            series.Add(new ChartCounts("selected", selected));
        }

        page.Chart(
            "Prompts by s",
            new HistogramChart("s", "prompts", scores.Edges, series)
            {
                Marks = scores.Mean is double mean ? [new ChartMark(NumberText.ForChart(mean)!.Value, $"mean {NumberText.Score(mean)}")] : [],
            },
            new PageTable(
                "Prompts by s", ["s from", "to", .. series.Select(counts => new PageColumn(counts.Name))],
                [.. Enumerable.Range(0, scores.Edges.Count - 1).Select(i => (string[])
                [
                    NumberText.Score(scores.Edges[i]), NumberText.Score(scores.Edges[i + 1]),
                    .. series.Select(counts => NumberText.Count(counts.Counts[i])),
                ])]));
        page.EndSection();
    }
}
