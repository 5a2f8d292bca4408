namespace Hone.Report;

/// <summary>The style sheet of Hone's pages: colours for light and dark as CSS variables, a layout that fits a phone, tables,
/// charts and model text.</summary>
public static class PageStyle
{
    /// <summary>The style sheet; it loads nothing.</summary>
    public static string Css { get; } = Read();

    private static string Read()
    {
        using Stream stream = typeof(PageStyle).Assembly.GetManifestResourceStream("page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
