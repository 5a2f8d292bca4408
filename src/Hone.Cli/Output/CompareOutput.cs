using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Comparisons;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>A comparison of runs as JSON and as tables.</summary>
internal static class CompareOutput
{
    private const int LongestName = 24;
    private const int ThresholdsAcross = 10;

    /// <summary>The document of `compare --json`.</summary>
    public static JsonObject Json(ComparedRuns compared, ComparisonResult result) => new()
    {
        ["method"] = new JsonObject
        {
            ["scores"] = compared.Source.ToString().ToLowerInvariant(), ["task"] = compared.Unit.Replace(' ', '_'),
            ["tasks"] = result.Tasks, ["left_out"] = compared.LeftOut, ["resampled"] = Name(result.Resampled),
            ["optimality_target"] = result.Target,
        },
        ["groups"] = new JsonArray([.. result.Groups.Select(group => (JsonNode)new JsonObject
        {
            ["name"] = group.Name, ["runs"] = group.Runs, ["iqm"] = Estimate(group.Iqm), ["mean"] = Estimate(group.Mean),
            ["median"] = Estimate(group.Median), ["optimality_gap"] = Estimate(group.OptimalityGap),
            ["profile"] = new JsonArray([.. group.Profile.Select(point => (JsonNode)new JsonObject
            {
                ["above"] = point.Threshold, ["share"] = point.Share.Value, ["low"] = JsonOutput.Number(point.Share.Low),
                ["high"] = JsonOutput.Number(point.Share.High),
            })]),
        })]),
        ["improvements"] = new JsonArray([.. result.Improvements.Select(improvement => (JsonNode)new JsonObject
        {
            ["better"] = improvement.Better, ["worse"] = improvement.Worse, ["probability"] = Estimate(improvement.Probability),
        })]),
        ["warnings"] = new JsonArray([.. compared.Warnings.Select(warning => (JsonNode)new JsonObject
        {
            ["id"] = warning.Id, ["message"] = warning.Message,
        })]),
    };

    /// <summary>The comparison for people.</summary>
    public static void Print(CommandContext context, ComparedRuns compared, ComparisonResult result)
    {
        Table table = Tables.New("group", "runs", "measure", "value", "95 % interval");
        foreach (GroupSummary group in result.Groups)
        {
            table.AddRow(Short(group.Name), Text(group.Runs), "IQM", Tables.Share(group.Iqm.Value), Band(group.Iqm));
            table.AddRow("", "", "mean", Tables.Share(group.Mean.Value), Band(group.Mean));
            table.AddRow("", "", "median", Tables.Share(group.Median.Value), Band(group.Median));
            table.AddRow("", "", "optimality gap", Tables.Share(group.OptimalityGap.Value), Band(group.OptimalityGap));
        }

        Tables.Print(context, table);
        PrintProfiles(context, result);
        if (result.Improvements.Count > 0)
        {
            Table pairs = Tables.New("group", "is above", "P", "95 % interval");
            foreach (Improvement improvement in result.Improvements)
            {
                pairs.AddRow(
                    Short(improvement.Better), Short(improvement.Worse), Tables.Share(improvement.Probability.Value),
                    Band(improvement.Probability));
            }

            context.Print($"probability of improvement: a run of the one above a run of the other on a task, ties half");
            Tables.Print(context, pairs);
        }

        string unit = result.Tasks == 1 ? compared.Unit : compared.Unit + "s";
        context.Print($"scores: {(compared.Source == ScoreSource.Evals ? "held-out results" : "training rewards")} on {result.Tasks} {unit}");
        context.Print($"intervals: {Intervals(result.Resampled)}");
        foreach (RunWarning warning in compared.Warnings)
        {
            context.Warn($"{TerminalText.Clean(warning.Message)}");
        }

        if (compared.LeftOut > 0)
        {
            context.Warn($"{compared.LeftOut} {compared.Unit}s that not every run has were left out");
        }

        if (compared.Source == ScoreSource.Rewards)
        {
            context.Warn($"rewards are those of training, on the policy's own way there; held-out results say more: hone eval --out DIR, then compare these");
        }
    }

    private static void PrintProfiles(CommandContext context, ComparisonResult result)
    {
        ProfilePoint[] all = [.. result.Groups[0].Profile];
        int[] shown = [.. Enumerable.Range(0, all.Length).Where(i => all.Length <= ThresholdsAcross || i % (all.Length / ThresholdsAcross) == 0)];
        context.Print($"profile: share of scores above");
        Table table = Tables.New(["group", .. shown.Select(i => all[i].Threshold.ToString("0.##", CultureInfo.InvariantCulture))]);
        foreach (GroupSummary group in result.Groups)
        {
            table.AddRow([Short(group.Name), .. shown.Select(i => group.Profile[i].Share.Value.ToString("F2", CultureInfo.InvariantCulture))]);
        }

        Tables.Print(context, table);
    }

    private static string Intervals(Resampled resampled) => resampled switch
    {
        Resampled.Runs => "from runs drawn again within each task",
        Resampled.TasksAndRuns => "a group has one run, so from tasks drawn again; they say nothing of other seeds",
        _ => "none, for there is one score a run",
    };

    private static string Name(Resampled resampled) => resampled switch
    {
        Resampled.Runs => "runs",
        Resampled.TasksAndRuns => "tasks_and_runs",
        _ => "nothing",
    };

    private static JsonObject Estimate(Estimate estimate) => new()
    {
        ["value"] = estimate.Value, ["low"] = JsonOutput.Number(estimate.Low), ["high"] = JsonOutput.Number(estimate.High),
    };

    private static string Short(string name)
    {
        string clean = TerminalText.Clean(name);

        // Of paths the end tells them apart.
        return Markup.Escape(clean.Length > LongestName ? "..." + clean[^(LongestName - 3)..] : clean);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Band(Estimate estimate) =>
        estimate.Low is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{estimate.Low:F3} to {estimate.High:F3}");
}
