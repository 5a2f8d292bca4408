using Hone.Dashboard.Api;
using Hone.Dashboard.Runs;
using Hone.Dashboard.Samples;
using Hone.Selection;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard.Pages;

/// <summary>The pages, complete without the script, which then keeps them up to date and draws the charts.</summary>
/// <param name="folder">The runs.</param>
/// <param name="time">The clock for ages.</param>
internal sealed class RunPages(RunsFolder folder, TimeProvider time)
{
    private const string Type = "text/html; charset=utf-8";
    private const int MetricsRows = 20;

    /// <summary>The list of runs.</summary>
    public async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<RunView> runs = await folder.ListAsync(context.RequestAborted);
        string page = Frame.Page("list", folder.Name, null, html =>
        {
            html.Raw("<section><h2>Runs</h2><p class=\"quiet\" id=\"empty\"").Raw(runs.Count > 0 ? " hidden" : "")
                .Raw(">No run is here yet. This page shows runs as soon as they begin.</p>");
            html.Table("runs", ["Run|", "State|", "Step", "Last reward", "Held-out accuracy", "Last change", "Kind|"], runs.Select(Row));
            html.Raw("<p class=\"quiet\" id=\"links\"").Raw(folder.LinksOut == 0 ? " hidden>" : ">")
                .Text($"{folder.LinksOut} folders are links that lead elsewhere; they are not followed.").Raw("</p>");
            html.Raw("<p id=\"more\"").Raw(folder.NotShown == 0 ? " hidden>" : ">")
                .Text($"Only the {Html.Number(RunsFolder.MostRuns)} runs whose folders were written to last are shown; ")
                .Text($"{Html.Number(folder.NotShown)} folders more were not looked at.")
                .Raw("</p></section>");
        });
        await Answer.TextAsync(context, page, Type);
    }

    /// <summary>One run.</summary>
    public async Task RunAsync(HttpContext context, string name)
    {
        RunView run = await RunsApi.OpenAsync(folder, name, context.RequestAborted);
        string page = Frame.Page("run", run.Name, run.Name, html =>
        {
            RankedSoFar? ranking = run.Ranking;
            CheckpointScore? pick = ranking?.Result?.Checkpoints.FirstOrDefault(row => row.Step == ranking.Result.Pick);
            html.Raw("<p id=\"run-trouble\" class=\"tag bad\"").Raw(run.Trouble is null ? " hidden>" : ">").Text(run.Trouble ?? "").Raw("</p>");
            html.Raw("<dl class=\"facts\" id=\"facts\">");
            Fact(html, "Step", run.TotalSteps is { } total ? $"{run.Curves.LastStep} of {total}" : $"{run.Curves.LastStep}");
            Fact(html, "Last reward", Html.Number(run.Curves.Last("reward")));
            Fact(html, "Held-out accuracy", Html.Percent(run.Evaluations.All.MaxBy(result => result.Step)?.Accuracy));
            Fact(html, "Pick so far", pick is null ? "-" : $"step {pick.Step}");
            Fact(html, "Probability of being best", Html.Percent(pick?.ProbabilityBest));
            Fact(html, "Last change", Html.Age(time.GetUtcNow() - run.Changed) + " ago");
            html.Raw("</dl>");
            RankingSection.Write(html, ranking);
            CurvesSection(html, run.Curves);
            EvaluationsSection(html, run.Evaluations.All);
            html.Raw("<p class=\"quiet\" id=\"rollouts\">").Text(RolloutsLine(run.Rollouts, run.BadLines)).Raw("</p>");
        });
        await Answer.TextAsync(context, page, Type);
    }

    /// <summary>A page of a run's rollouts.</summary>
    public async Task SamplesAsync(HttpContext context, string name)
    {
        var query = SampleQuery.Of(context.Request.Query);
        RunView run = await RunsApi.OpenAsync(folder, name, context.RequestAborted);
        (SamplePage samples, RunRollouts rollouts) = await RunsApi.PageAsync(folder, run, query, context.RequestAborted);
        string page = Frame.Page(
            "samples", run.Name, run.Name, html => SamplesSection.Write(html, run.Name, context.Request.Query, query, samples, rollouts));
        await Answer.TextAsync(context, page, Type);
    }

    /// <summary>Several runs side by side.</summary>
    public async Task CompareAsync(HttpContext context)
    {
        IReadOnlyList<RunView> all = await folder.ListAsync(context.RequestAborted);
        HashSet<string> asked = [.. context.Request.Query["run"].OfType<string>()];
        RunView[] chosen = [.. all.Where(run => asked.Contains(run.Name)).Take(CompareSection.MostRuns)];
        foreach (RunView run in chosen)
        {
            await RunsApi.OpenAsync(folder, run.Name, context.RequestAborted);
        }

        await Answer.TextAsync(context, Frame.Page("compare", "Compare runs", null, html => CompareSection.Write(html, all, chosen)), Type);
    }

    private Action<Html>[] Row(RunView run) =>
    [
        html => html.Raw("<a href=\"").Text(Frame.RunPath(run.Name)).Raw("\">").Text(run.Name).Raw("</a>"),
        html => State(html, run.State),
        html => html.Text(run.TotalSteps is { } total ? $"{run.Curves.LastStep} of {total}" : $"{run.Curves.LastStep}"),
        html => html.Text(Html.Number(run.Curves.Last("reward"))),
        html => html.Text(Html.Percent(run.Evaluations.All.MaxBy(result => result.Step)?.Accuracy)),
        html => html.Text(Html.Age(time.GetUtcNow() - run.Changed) + " ago"),
        html => html.Text(run.Format),
    ];

    private static void State(Html html, RunState state) => html.Raw(state switch
    {
        RunState.Running => "<span class=\"tag good\">running</span>",
        RunState.Finished => "<span class=\"tag\">finished</span>",
        _ => "<span class=\"tag warn\">stale</span>",
    });

    private static void Fact(Html html, string name, string value) =>
        html.Raw("<div><dt>").Text(name).Raw("</dt><dd>").Text(value).Raw("</dd></div>");

    private static void CurvesSection(Html html, Curves curves)
    {
        (int[] steps, IReadOnlyList<KeyValuePair<string, double[]>> columns, _) = curves.Thinned();
        int first = Math.Max(0, steps.Length - MetricsRows);
        html.Raw("<section><h2>Training</h2><div class=\"charts\" id=\"curves\"></div><details")
            .Raw(Assets.AreLive ? "" : " open").Raw("><summary>The last steps as a table</summary>");
        html.Table("metrics", ["Step", .. columns.Select(column => column.Key)], Enumerable.Range(first, steps.Length - first).Reverse().Select(i =>
            (Action<Html>[])
            [
                cell => cell.Text($"{steps[i]}"),
                .. columns.Select(column => (Action<Html>)(cell => cell.Text(Html.Number(column.Value[i])))),
            ]));
        html.Raw("</details></section>");
    }

    private static void EvaluationsSection(Html html, IReadOnlyList<Evaluation> results)
    {
        html.Raw("<section id=\"evaluations\"").Raw(results.Count == 0 ? " hidden" : "").Raw("><h2>Held-out accuracy</h2><div id=\"accuracy\"></div>");
        IEnumerable<Evaluation> latest = results.OrderByDescending(result => result.Step);
        html.Table("evals", ["Step", "Set|", "Accuracy", "Interval", "Prompts"], latest.Select(result => (Action<Html>[])
        [
            cell => cell.Text($"{result.Step}"), cell => cell.Text(result.DataSet), cell => cell.Text(Html.Percent(result.Accuracy)),
            cell => cell.Text(Html.Interval(result.Low, result.High, Html.Percent)), cell => cell.Text(Html.Number(result.Prompts)),
        ]));
        html.Raw("</section>");
    }

    private static string RolloutsLine(RunRollouts? rollouts, int otherBadLines) => rollouts is null ? "" :
        $"{Html.Number(rollouts.Table.View.Live)} rollouts indexed"
        + (rollouts.BadLines + otherBadLines is > 0 and var bad ? $", {bad} lines could not be read" : "")
        + (rollouts.Problem is { } problem ? $". {problem}" : "");
}
