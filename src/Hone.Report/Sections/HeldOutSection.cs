using Hone.Records.Evaluations;
using Hone.Selection;

namespace Hone.Report;

/// <summary>How the pick and the simpler rules fared on held-out values.</summary>
internal static class HeldOutSection
{
    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Source.HeldOut is not { } metric)
        {
            return;
        }

        page.Section("held-out", "Held-out values");
        if (data.HeldOut is { } comparison)
        {
            WriteComparison(page, data, metric, comparison);
        }
        else
        {
            page.Paragraph($"{metric.Path} has no value of {metric.Name} for a ranked checkpoint.");
        }

        page.EndSection();
    }

    private static void WriteComparison(HtmlWriter page, ReportData data, StepMetric metric, HeldOutComparison comparison)
    {
        // Three decimals, as scores have, unless they would hide the values.
        Func<double?, string> number = Math.Abs(comparison.OracleValue) < 0.1 ? NumberText.Plain : NumberText.Score;
        page.Raw("<p>").Text($"The values are {metric.Name} of {NumberText.Of(comparison.Checkpoints, "checkpoint")}, from ").Raw("<code>").Text(metric.Path)
            .Raw("</code>. ").Text($"The pick did not use it. The best there is step {NumberText.Whole(comparison.Oracle)} with "
                + $"{number(comparison.OracleValue)}; regret is what a rule's pick falls short of it.").Raw("</p>\n");
        if (data.Source.HeldOutIsValidation)
        {
            page.Paragraph("The best validation metric chooses by these same values, so that its regret is 0 by construction.", "quiet");
        }

        page.Table(new PageTable(
            "Held-out value of what each rule picks",
            [new PageColumn("rule", IsText: true), "picks step", "held-out", "regret", "top-1", "Spearman", "Kendall"],
            [.. comparison.Strategies.Select(row => (string[])
            [
                ControlNames.Of(row.Name, data.Source.Options), NumberText.Pick(row.Step, row.TiedSteps.Count), number(row.Value),
                number(row.Regret), Hit(row), NumberText.Score(row.Spearman), NumberText.Score(row.Kendall),
            ])],
            0));
        page.Paragraph("Top-1: whether the pick is as good as the best there, or how often where ties or draws decide; held-out and regret are then means. Spearman and Kendall are rank correlations of a rule's values with the held-out ones; with fewer than some ten "
            + "checkpoints they say little.", "quiet");
    }

    // Where ties or draws decide there is a chance instead.
    private static string Hit(HeldOutStrategy row) => row.Hit switch
    {
        null => "-",
        0 => "no",
        1 => "yes",
        _ => NumberText.Percent(row.Hit),
    };
}
