using Hone.Dashboard.Runs;
using Hone.Selection;

namespace Hone.Dashboard.Pages;

/// <summary>Several runs beside each other.</summary>
internal static class CompareSection
{
    /// <summary>Most runs at a time: charts have that many colours.</summary>
    public const int MostRuns = 6;

    public static void Write(Html html, IReadOnlyList<RunView> all, IReadOnlyList<RunView> chosen)
    {
        html.Raw("<section><h2>Runs</h2><p class=\"quiet\">").Text($"Choose up to {MostRuns}.").Raw("</p><ul class=\"choices\" id=\"choices\">");
        foreach (RunView run in all)
        {
            bool isIn = chosen.Contains(run);
            IEnumerable<string> names = isIn
                ? chosen.Where(other => other != run).Select(other => other.Name)
                : chosen.Select(other => other.Name).Append(run.Name);
            string address = "/compare?" + string.Join('&', names.Select(name => "run=" + Uri.EscapeDataString(name)));
            html.Raw("<li><a href=\"").Text(address).Raw(isIn ? "\" aria-current=\"true\" data-run=\"" : "\" data-run=\"").Text(run.Name).Raw("\">")
                .Text(run.Name).Raw("</a></li>");
        }

        html.Raw("</ul></section><section><h2>Picks so far</h2>");
        html.Table(
            "picks", ["Run|", "Step", "Last reward", "Held-out accuracy", "Pick", "Score", "Interval", "Probability of best"],
            chosen.Select(run => Row(run)));
        html.Raw("</section><section><h2>Curves</h2><div class=\"charts\" id=\"curves\"></div>")
            .Raw(Assets.AreLive ? "" : "<p>The curves need the script, which this build does not have; each run's page has its numbers.</p>")
            .Raw("</section>");
    }

    private static Action<Html>[] Row(RunView run)
    {
        CheckpointScore? pick = run.Ranking?.Result is { } result ? result.Checkpoints.FirstOrDefault(row => row.Step == result.Pick) : null;
        return
        [
            cell => cell.Raw("<a href=\"").Text(Frame.RunPath(run.Name)).Raw("\">").Text(run.Name).Raw("</a>"),
            cell => cell.Text($"{run.Curves.LastStep}"),
            cell => cell.Text(Html.Number(run.Curves.Last("reward"))),
            cell => cell.Text(Html.Percent(run.Evaluations.All.MaxBy(eval => eval.Step)?.Accuracy)),
            cell => cell.Text(pick is null ? "-" : $"step {pick.Step}"), cell => cell.Text(Html.Number(pick?.Score)),
            cell => cell.Text(Html.Interval(pick?.Low, pick?.High)), cell => cell.Text(Html.Percent(pick?.ProbabilityBest)),
        ];
    }
}
