using Hone.Selection;

namespace Hone.Report;

/// <summary>What other measures of uncertainty would have picked.</summary>
internal static class MeasuresSection
{
    public static void Write(HtmlWriter page, ReportData data)
    {
        IReadOnlyList<MeasureAgreement> rows = data.Source.Measures;
        if (rows.Count == 0)
        {
            return;
        }

        int same = rows.Skip(1).Count(row => row.Pick == rows[0].Pick);
        page.Section("measures", "Other measures of uncertainty")
            .Paragraph("The same ranking with another figure for the uncertainty of a completion. "
                + (rows.Count == 1 ? "The log has no other measure." : $"{same} of {rows.Count - 1} others pick the same step as {rows[0].Measure}. "
                    + "Length is no uncertainty: where it picks the same and goes with a measure, the pick is not owed to uncertainty."))
            .Table(new PageTable(
                "Rankings by measure",
                [new PageColumn("measure", IsText: true), "picks step", "score", "95 % interval", "scores agree", "hard in common", "with length"],
                [.. rows.Select(row => (string[])
                [
                    row.Measure, row.Pick is int step ? NumberText.Whole(step) : "none", NumberText.Score(row.Score),
                    NumberText.Interval(row.Low, row.High), NumberText.Score(row.ScoreCorrelation), NumberText.Percent(row.HardInCommon),
                    NumberText.Score(row.LengthCorrelation),
                ])],
                0))
            .Paragraph("Scores agree: rank correlation of the checkpoints' scores with those by the first measure. Hard in common: share of the "
                + "hard completions that are hard by the first measure too. With length: rank correlation of the measure and the number of tokens.", "quiet")
            .EndSection();
    }
}
