namespace Hone.Report;

/// <summary>The JavaScript that draws charts: ECharts and `web/charts.ts`, bundled when Hone is built.</summary>
public static class ChartsBundle
{
    /// <summary>The script, which defines `HoneCharts`; null where Hone was built without it, and pages have tables alone.</summary>
    public static string? Script { get; } = Read();

    private static string? Read()
    {
        using Stream? stream = typeof(ChartsBundle).Assembly.GetManifestResourceStream("charts.js");
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
