namespace Hone.Dashboard.Pages;

/// <summary>What all pages share: head, navigation, and where the script finds what it is to do.</summary>
internal static class Frame
{
    // Pages without the script come again by themselves.
    private const int ReloadSeconds = 5;

    /// <summary>A whole page.</summary>
    /// <param name="kind">What the script calls the page: list, run, samples or compare.</param>
    /// <param name="title">The heading.</param>
    /// <param name="run">The run's name on a page of one; else null.</param>
    /// <param name="body">Writes the page's sections.</param>
    public static string Page(string kind, string title, string? run, Action<Html> body)
    {
        var html = new Html();
        html.Raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Raw("<meta name=\"referrer\" content=\"no-referrer\"><title>").Text(title).Raw(" - Hone</title><link rel=\"icon\" href=\"data:,\">");
        html.Raw("<link rel=\"stylesheet\" href=\"/page.css\"><link rel=\"stylesheet\" href=\"/watch.css\">");
        string reload = kind == "samples" ? "" : $"<meta http-equiv=\"refresh\" content=\"{ReloadSeconds}\">";
        html.Raw(Assets.AreLive
            ? $"<script src=\"/charts.js\" defer></script><script src=\"/watch.js\" defer></script><noscript>{reload}</noscript>"
            : reload);
        html.Raw($"</head><body data-page=\"{kind}\"");
        if (run is not null)
        {
            html.Raw(" data-run=\"").Text(run).Raw("\"");
        }

        html.Raw("><header class=\"top\"><h1>").Text(title).Raw(" <span class=\"tag\" id=\"state\" hidden></span></h1><nav aria-label=\"Pages\"><ul>");
        Link(html, "/", "All runs", kind == "list");
        if (run is not null)
        {
            Link(html, RunPath(run), "Run", kind == "run");
            Link(html, RunPath(run) + "/samples", "Samples", kind == "samples");
        }

        Link(html, "/compare" + (run is null ? "" : "?run=" + Uri.EscapeDataString(run)), "Compare", kind == "compare");
        html.Raw("</ul></nav><p id=\"trouble\" class=\"tag bad\" role=\"status\" hidden></p></header><main>");
        body(html);
        return html.Raw("</main></body></html>").ToString();
    }

    /// <summary>The path of a run's page.</summary>
    public static string RunPath(string run) => "/runs/" + Uri.EscapeDataString(run);

    private static void Link(Html html, string path, string words, bool isHere) =>
        html.Raw("<li><a href=\"").Text(path).Raw(isHere ? "\" aria-current=\"page\">" : "\">").Text(words).Raw("</a></li>");
}
