using Hone.Dashboard.Runs;
using Hone.Selection;

namespace Hone.Dashboard.Pages;

/// <summary>The ranking so far as a table.</summary>
internal static class RankingSection
{
    public static void Write(Html html, RankedSoFar? ranking)
    {
        RankingResult? result = ranking?.Result;
        html.Raw("<section><h2>UGCS ranking so far</h2>");
        Line(html, "method", "quiet", ranking?.Method);
        Line(html, "differences", "lead", ranking?.Differences);
        html.Raw("<p id=\"ranking-note\"").Raw(ranking is { Note: null } ? " hidden>" : ">")
            .Text(ranking is null ? "There are no rollouts to rank yet." : ranking.Note).Raw("</p><div id=\"scores\"></div>");
        html.Table(
            "ranking", ["Step", "Score", "Interval", "Probability of best", "Hard rollouts", "Of", "Training reward", "Truncated"],
            (result?.Checkpoints ?? []).Reverse().Select(row => (Action<Html>[])
            [
                cell => cell.Text($"{row.Step}"), cell => cell.Text(Html.Number(row.Score)),
                cell => cell.Text(Html.Interval(row.Low, row.High)), cell => cell.Text(Html.Percent(row.ProbabilityBest)),
                cell => cell.Text(Html.Number(row.Hard)), cell => cell.Text(Html.Number(row.Samples)), cell => cell.Text(Html.Number(row.TrainReward)),
                cell => cell.Text(Html.Percent(row.Truncated)),
            ]),
            i => result!.Checkpoints[^(i + 1)].Step == result.Pick);
        Diagnoses(html, ranking?.Diagnoses ?? []);
        html.Raw("<details id=\"warnings\"").Raw(result is { Warnings.Count: > 0 } ? ">" : " hidden>")
            .Raw("<summary>What to know before trusting it</summary><ul class=\"findings\">");
        foreach (RankingWarning warning in result?.Warnings ?? [])
        {
            html.Raw("<li>").Text(warning.Message).Raw("</li>");
        }

        html.Raw("</ul></details></section>");
    }

    private static void Diagnoses(Html html, IReadOnlyList<RankingDiagnosis> diagnoses)
    {
        html.Raw("<div id=\"diagnoses\"").Raw(diagnoses.Count > 0 ? ">" : " hidden>")
            .Raw("<h3>What may be wrong with it</h3><ul class=\"findings\">");
        foreach (RankingDiagnosis diagnosis in diagnoses)
        {
            string style = diagnosis.Severity switch { DiagnosisSeverity.Serious => "bad", DiagnosisSeverity.Warning => "warn", _ => "good" };
            html.Raw($"<li><span class=\"tag {style}\">").Text(diagnosis.Severity.ToString().ToLowerInvariant()).Raw("</span> ")
                .Text(diagnosis.Message).Raw(" <em>").Text(diagnosis.NextStep).Raw("</em></li>");
        }

        html.Raw("</ul></div>");
    }

    private static void Line(Html html, string id, string style, string? text) =>
        html.Raw($"<p id=\"{id}\" class=\"{style}\"").Raw(text is null ? " hidden>" : ">").Text(text ?? "").Raw("</p>");
}
