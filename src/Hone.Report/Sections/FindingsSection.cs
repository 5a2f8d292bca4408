using Hone.Selection;

namespace Hone.Report;

/// <summary>What to know of the log and the ranking before trusting them.</summary>
internal static class FindingsSection
{
    private const int Most = 100;
    private const int MessageLimit = 1000;

    public static void Write(HtmlWriter page, ReportData data)
    {
        IReadOnlyList<RankingWarning> warnings = data.Ranking.Warnings;
        page.Section("findings", "Findings");
        WriteDiagnoses(page, data.Source.Diagnoses);
        if (warnings.Count == 0)
        {
            (data.Source.Diagnoses.Count == 0 ? page.Paragraph("Nothing speaks against this ranking that Hone looks for.") : page).EndSection();
            return;
        }

        page.Raw("<ul class=\"findings\">\n");
        foreach (RankingWarning warning in warnings.Take(Most))
        {
            page.Raw("<li>").Text(warning.Message, MessageLimit).Raw(" <code class=\"quiet\">").Text(warning.Id, MessageLimit).Raw("</code></li>\n");
        }

        page.Raw("</ul>\n");
        if (warnings.Count > Most)
        {
            page.Paragraph($"And {NumberText.Count(warnings.Count - Most)} more; hone rank shows all.", "quiet");
        }

        page.EndSection();
    }

    private static void WriteDiagnoses(HtmlWriter page, IReadOnlyList<RankingDiagnosis> diagnoses)
    {
        page.Raw(diagnoses.Count == 0 ? "" : "<ul class=\"findings\">\n");
        foreach (RankingDiagnosis diagnosis in diagnoses)
        {
            (string style, string word) = diagnosis.Severity switch
            {
                DiagnosisSeverity.Serious => ("bad", "serious"),
                DiagnosisSeverity.Warning => ("warn", "warning"),
                _ => ("good", "note"),
            };
            page.Raw($"<li><span class=\"tag {style}\">{word}</span> ").Text(diagnosis.Message, MessageLimit)
                .Raw(" <em>").Text(diagnosis.NextStep, MessageLimit).Raw("</em> <code class=\"quiet\">").Text(diagnosis.Id, MessageLimit)
                .Raw("</code></li>\n");
        }

        page.Raw(diagnoses.Count == 0 ? "" : "</ul>\n");
    }
}
