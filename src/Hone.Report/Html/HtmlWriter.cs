using System.Text;

namespace Hone.Report;

/// <summary>Writes a page from top to bottom. Everything but <see cref="Raw"/> escapes what it is given.</summary>
/// <param name="hasCharts">Whether charts can be drawn; else their tables are open.</param>
internal sealed class HtmlWriter(bool hasCharts)
{
    /// <summary>Rows of a table at most; more are thinned.</summary>
    public const int MostRows = 200;

    private readonly StringBuilder _html = new();
    private int _charts;

    /// <summary>Markup of ours.</summary>
    public HtmlWriter Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlWriter Text(string text, int limit = int.MaxValue) => Raw(HtmlText.Escape(text, limit));

    /// <summary>An element with text in it.</summary>
    public HtmlWriter Element(string name, string text, string? style = null) =>
        Raw(style is null ? $"<{name}>" : $"<{name} class=\"{style}\">").Text(text).Raw($"</{name}>\n");

    /// <summary>A paragraph.</summary>
    public HtmlWriter Paragraph(string text, string? style = null) => Element("p", text, style);

    /// <summary>Opens a part of the page with its heading; <see cref="EndSection"/> closes it.</summary>
    public HtmlWriter Section(string id, string heading) =>
        Raw($"<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">").Text(heading).Raw("</h2>\n");

    /// <summary>Closes a part.</summary>
    public HtmlWriter EndSection() => Raw("</section>\n");

    /// <summary>A table that scrolls by itself where it is too wide.</summary>
    public HtmlWriter Table(PageTable table)
    {
        Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").Text(table.Caption).Raw("\"><table>\n<caption>")
            .Text(table.Caption).Raw("</caption>\n<thead><tr>");
        foreach (PageColumn column in table.Columns)
        {
            Raw(column.IsText ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">").Text(column.Name).Raw("</th>");
        }

        Raw("</tr></thead>\n<tbody>\n");
        IReadOnlyList<int> shown = Thinning.Places(table.Rows.Count, MostRows, table.Marked);
        foreach (int place in shown)
        {
            Raw(place == table.Marked ? "<tr class=\"pick\">" : "<tr>");
            for (int i = 0; i < table.Columns.Count; i++)
            {
                (string name, string style) = (i == 0 ? "th scope=\"row\"" : "td", table.Columns[i].IsText ? " class=\"text\"" : "");
                Raw($"<{name}{style}>").Text(table.Rows[place][i]).Raw(i == 0 ? "</th>" : "</td>");
            }

            Raw("</tr>\n");
        }

        Raw("</tbody></table></div>\n");
        return shown.Count == table.Rows.Count ? this
            : Paragraph($"{NumberText.Count(shown.Count)} of {NumberText.Count(table.Rows.Count)} rows, evenly spaced.", "quiet");
    }

    /// <summary>A chart with its table below it.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="chart">Its data.</param>
    /// <param name="table">The same figures.</param>
    /// <param name="isSmall">Whether it is one of many.</param>
    public HtmlWriter Chart(string title, ChartData chart, PageTable table, bool isSmall = false)
    {
        Raw("<figure><figcaption>").Text(title).Raw("</figcaption>\n");
        if (hasCharts)
        {
            string id = $"chart-{++_charts}";
            Raw($"<div class=\"chart{(isSmall ? " low" : "")}\" data-chart=\"{id}\" role=\"img\" aria-label=\"")
                .Text($"{Name(chart)}: {title}. The table below has its figures.").Raw("\" hidden></div>\n")
                .Raw($"<script type=\"application/json\" id=\"{id}\">").Raw(HtmlText.ScriptJson(chart)).Raw("</script>\n");
        }

        return Raw(hasCharts ? "<details><summary>" : "<details open><summary>").Text($"Table: {title}").Raw("</summary>\n")
            .Table(table).Raw("</details></figure>\n");
    }

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    private static string Name(ChartData chart) => chart switch
    {
        LineChart => "Line chart",
        HistogramChart => "Histogram",
        HeatChart => "Heat map",
        _ => "Scatter chart",
    };
}
