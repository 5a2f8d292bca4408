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
        html.Raw("<p class=\"quiet\">Mean reward on the 3 % most uncertain rollouts of the 100 steps before each checkpoint, with its 95 % interval.</p>");
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
        html.Raw("<details id=\"warnings\"").Raw(result is { Warnings.Count: > 0 } ? ">" : " hidden>")
            .Raw("<summary>What to know before trusting it</summary><ul class=\"findings\">");
        foreach (RankingWarning warning in result?.Warnings ?? [])
        {
            html.Raw("<li>").Text(warning.Message).Raw("</li>");
        }

        html.Raw("</ul></details></section>");
    }
}
