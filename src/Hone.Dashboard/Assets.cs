using Hone.Report;

namespace Hone.Dashboard;

/// <summary>What pages load beside themselves.</summary>
internal static class Assets
{
    private const string Script = "text/javascript; charset=utf-8";
    private const string Style = "text/css; charset=utf-8";

    /// <summary>Whether pages are live: Hone was built with both bundles.</summary>
    public static bool AreLive { get; } = ChartsBundle.Script is not null && Resource("watch.js") is not null;

    /// <summary>Path, content type and content.</summary>
    public static IReadOnlyList<(string Path, string Type, string Text)> All { get; } =
    [
        ("/page.css", Style, PageStyle.Css),
        ("/watch.css", Style, Resource("watch.css")!),
        .. AreLive ? ((string, string, string)[])[("/charts.js", Script, ChartsBundle.Script!), ("/watch.js", Script, Resource("watch.js")!)] : [],
    ];

    private static string? Resource(string name)
    {
        using Stream? stream = typeof(Assets).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
