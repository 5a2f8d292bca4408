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
        if (warnings.Count == 0)
        {
            page.Paragraph("Nothing speaks against this ranking that Hone looks for.").EndSection();
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
}
