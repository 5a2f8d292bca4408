using System.Globalization;
using Hone.Selection;

namespace Hone.Report;

/// <summary>What other choices of p and delta would have picked.</summary>
internal static class GridSection
{
    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Grid is not { } sweep)
        {
            return;
        }

        page.Section("sweep", "Other choices of p and window")
            .Paragraph("Each cell ranks the same log with another hardest share p and another window. The number is the step it picks, the "
                + "colour the pick's score. Where most cells agree, the pick does not hang on the two settings.");
        if (sweep.ModalPick is int modal)
        {
            string picks = sweep.PickAgreement is double share
                ? $"{NumberText.Percent(share)} of the cells that prefer a checkpoint pick step {NumberText.Whole(modal)}."
                : $"The cells cannot be compared; step {NumberText.Whole(modal)} is picked.";
            page.Paragraph($"{picks} {Verdict(sweep.Recommended)}");
        }

        string[] percents = [.. sweep.HardestPercents.Select(Number)], windows = [.. sweep.WindowSteps.Select(window => NumberText.Whole(window))];
        SweepCell[][] cells = [.. percents.Select((_, p) => windows.Select((_, w) => sweep.Cell(w, p)).ToArray())];
        int row = sweep.HardestPercents.ToList().IndexOf(data.Source.Options.HardestPercent);
        int column = sweep.WindowSteps.ToList().IndexOf(data.Source.Options.WindowSteps);
        page.Chart(
            "Picked step by p and window",
            new HeatChart(
                "window, steps", "hardest, %", windows, percents,
                [.. cells.Select(line => line.Select(cell => NumberText.ForChart(Score(cell))).ToArray())],
                [.. cells.Select(line => line.Select(Pick).ToArray())],
                "score of the pick", row < 0 || column < 0 ? null : new ChartFrame("this report", [[row, column]])),
            new PageTable(
                "Picked step (score of the pick) for each p, down, and window in steps, across",
                ["hardest", .. windows.Select(window => new PageColumn(window))],
                [.. cells.Select((line, p) => (string[])[percents[p] + " %", .. line.Select(cell => $"{Pick(cell)} ({NumberText.Score(Score(cell))})")])],
                row));
        page.EndSection();
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Pick(SweepCell cell) => cell.Pick is int step ? NumberText.Whole(step) : "-";

    private static double? Score(SweepCell cell)
    {
        foreach (SweepScore point in cell.Curve)
        {
            if (point.Step == cell.Pick)
            {
                return point.Score;
            }
        }

        return null;
    }

    private static string Verdict(SweepRecommendation recommended) => recommended.Verdict switch
    {
        SweepVerdict.OneCheckpoint => "One checkpoint has scores: there is nothing to choose between.",
        SweepVerdict.EqualScores => "All checkpoints score the same in every cell: no choice of p and window tells them apart.",
        SweepVerdict.OneCell => "How repeatable the ranking is can be said of one cell alone.",
        SweepVerdict.NoSignal => "No cell ranks checkpoints more repeatably than chance would: this log does not tell them apart.",
        SweepVerdict.Flat => "All cells rank about equally repeatably when the prompts are split in halves: the choice of p and window hardly matters.",
        SweepVerdict.Differs => FormattableString.Invariant(
            $"Split into halves by prompt, the ranking repeats best with the hardest {recommended.HardestPercent} % of {recommended.WindowSteps} steps."),
        _ => "There are too few checkpoints or prompts to say which cell is most repeatable.",
    };
}
