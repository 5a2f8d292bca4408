using System.Globalization;
using System.Text;
using Hone.Report;

namespace Hone.Dashboard.Pages;

/// <summary>HTML as it grows. Everything that is not a literal of ours goes through <see cref="Text"/>.</summary>
internal sealed class Html
{
    private readonly StringBuilder _html = new();

    /// <summary>Markup of ours, as it is.</summary>
    public Html Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Text, made harmless.</summary>
    public Html Text(string? text, int limit = int.MaxValue)
    {
        _html.Append(HtmlText.Escape(text ?? "-", limit));
        return this;
    }

    /// <summary>A table: titles, then rows of cells.</summary>
    /// <param name="id">The element's id, by which the script keeps it up to date.</param>
    /// <param name="titles">The columns; those whose title ends in <c>|</c> hold text.</param>
    /// <param name="rows">The cells of each row; what a cell writes is up to it.</param>
    /// <param name="marked">Whether a row stands out, by its number.</param>
    public Html Table(string id, IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<Action<Html>>> rows, Func<int, bool>? marked = null)
    {
        Raw($"<div class=\"scroll\" tabindex=\"0\"><table id=\"{id}\"><thead><tr>");
        foreach (string title in titles)
        {
            Raw(title.EndsWith('|') ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">").Text(title.TrimEnd('|')).Raw("</th>");
        }

        Raw("</tr></thead><tbody>");
        int number = 0;
        foreach (IReadOnlyList<Action<Html>> row in rows)
        {
            Raw(marked?.Invoke(number++) == true ? "<tr class=\"pick\">" : "<tr>");
            for (int i = 0; i < row.Count; i++)
            {
                Raw(titles[i].EndsWith('|') ? "<td class=\"text\">" : "<td>");
                row[i](this);
                Raw("</td>");
            }

            Raw("</tr>");
        }

        return Raw("</tbody></table></div>");
    }

    /// <summary>A number for people; "-" for none.</summary>
    public static string Number(double? value) => value is not { } number || !double.IsFinite(number) ? "-"
        : number != 0 && Math.Abs(number) is < 1e-3 or >= 1e7 ? number.ToString("0.0e0", CultureInfo.InvariantCulture)
        : number == Math.Floor(number) ? number.ToString("#,0", CultureInfo.InvariantCulture)
        : Math.Round(number, Math.Max(0, 3 - (int)Math.Floor(Math.Log10(Math.Abs(number))))).ToString(CultureInfo.InvariantCulture);

    /// <summary>A share as percent; "-" for none.</summary>
    public static string Percent(double? share) =>
        share is { } value && double.IsFinite(value) ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>Both ends of an interval; "-" where there is none.</summary>
    public static string Interval(double? low, double? high, Func<double?, string>? show = null) =>
        low is null && high is null ? "-" : $"{(show ?? Number)(low)} to {(show ?? Number)(high)}";

    /// <summary>How long ago something was.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)age.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();
}
