using System.Security.Cryptography;
using System.Text;
using Hone.Records;

namespace Hone.Report;

/// <summary>The report: one HTML file that loads nothing, and in which nothing runs but its own script.</summary>
public static class ReportPage
{
    private static readonly (string Id, string Name)[] Parts =
    [
        ("pick", "Pick"), ("scores", "Scores"), ("held-out", "Held-out values"), ("findings", "Findings"), ("measures", "Other measures"), ("sweep", "Other p and windows"), ("curves", "Training curves"),
        ("selection", "Selected prompts"), ("rewards", "Reward and uncertainty"), ("hardest", "Most uncertain"), ("origin", "Make it again"),
    ];

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="data">What it shows.</param>
    /// <exception cref="InvalidDataException">The file cannot be written.</exception>
    public static void Write(string path, ReportData data) => AtomicFile.WriteText(path, Html(data));

    /// <summary>The report as text.</summary>
    /// <param name="data">What it shows.</param>
    public static string Html(ReportData data) => Html(data, ChartsBundle.Script);

    /// <summary>The report with a given script for its charts; null leaves tables alone.</summary>
    internal static string Html(ReportData data, string? charts)
    {
        ArgumentNullException.ThrowIfNull(data);
        var sections = new HtmlWriter(charts is not null);
        VerdictSection.Write(sections, data);
        ScoreSection.Write(sections, data);
        HeldOutSection.Write(sections, data);
        FindingsSection.Write(sections, data);
        MeasuresSection.Write(sections, data);
        GridSection.Write(sections, data);
        CurvesSection.Write(sections, data);
        SelectionSection.Write(sections, data);
        RewardSection.Write(sections, data);
        HardestSection.Write(sections, data);
        OriginSection.Write(sections, data);
        string body = sections.ToString();

        // A parser reads a carriage return as a line feed, and the hash is of what it reads.
        string css = PageStyle.Css.Replace("\r", "", StringComparison.Ordinal);
        string? script = charts?.Replace("\r", "", StringComparison.Ordinal) + (charts is null ? null : "\nHoneCharts.showAll(document);\n");
        string title = HtmlText.Escape($"Report: {data.Name}", 200);
        var page = new HtmlWriter(hasCharts: false);
        page.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{Hash(css)}'; ")
            .Raw($"script-src {(charts is null ? "'none'" : $"'{Hash(script!)}'")}; base-uri 'none'; form-action 'none'\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
            .Raw($"<title>{title}</title>\n<style>{css}</style>\n</head>\n<body>\n<header class=\"top\">\n<h1>{title}</h1>\n")
            .Paragraph($"{data.Source.Log.Format.Title}; {NumberText.Of(data.Source.Log.Count, "completion")}, steps "
                + $"{NumberText.Whole(data.Source.Log.FirstStep)} to {NumberText.Whole(data.Source.Log.LastStep)}", "quiet")
            .Raw("<nav aria-label=\"Parts of the report\"><ul>\n");
        foreach ((string id, string name) in Parts.Where(part => body.Contains($"<section id=\"{part.Id}\"", StringComparison.Ordinal)))
        {
            page.Raw($"<li><a href=\"#{id}\">{name}</a></li>\n");
        }

        page.Raw("</ul></nav>\n");
        if (charts is null)
        {
            page.Paragraph("This copy of Hone was built without its charts, so that there are tables alone.", "quiet");
        }
        else
        {
            page.Raw("<noscript><p class=\"quiet\">Scripts are off: the charts stay away, their tables are below their titles.</p></noscript>\n");
        }

        page.Raw("</header>\n<main>\n").Raw(body).Raw("</main>\n<footer><p>Made by Hone ").Text(data.Source.Version).Raw("</p></footer>\n");
        return (charts is null ? page : page.Raw("<script>").Raw(script!).Raw("</script>\n")).Raw("</body>\n</html>\n").ToString();
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
