using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>How the ranking and its controls fared on held-out values.</summary>
internal static class HeldOutOutput
{
    /// <summary>The document's `held_out`; null where there are no held-out values.</summary>
    public static JsonObject? Json(RankedRun run) => run is not { HeldOut: { } metric, Comparison: { } comparison } ? null : new JsonObject
    {
        ["metric"] = metric.Name,
        ["file"] = metric.Path,
        ["used_for_the_pick"] = false,
        ["checkpoints"] = comparison.Checkpoints,
        ["oracle"] = new JsonObject { ["step"] = comparison.Oracle, ["value"] = comparison.OracleValue },
        ["values"] = new JsonArray([.. run.Result.Checkpoints.Where(row => metric.Values.ContainsKey(row.Step)).Select(row =>
            (JsonNode)new JsonObject { ["step"] = row.Step, ["value"] = metric.Values[row.Step] })]),
        ["strategies"] = new JsonArray([.. comparison.Strategies.Select(strategy => (JsonNode)new JsonObject
        {
            ["name"] = strategy.Name, ["step"] = strategy.Step, ["tied"] = JsonOutput.Steps(strategy.TiedSteps), ["value"] = JsonOutput.Number(strategy.Value),
            ["regret"] = JsonOutput.Number(strategy.Regret), ["hit"] = JsonOutput.Number(strategy.Hit),
            ["spearman"] = JsonOutput.Number(strategy.Spearman), ["kendall"] = JsonOutput.Number(strategy.Kendall),
        })]),
    };

    /// <summary>The table for people; nothing where there are no held-out values.</summary>
    public static void Print(CommandContext context, RankedRun run)
    {
        if (run is not { HeldOut: { } metric, Comparison: { } comparison })
        {
            return;
        }

        context.Print($"held-out {metric.Name} of {comparison.Checkpoints} checkpoints, from {metric.Path}; the pick did not use it");
        Table table = Tables.New("strategy", "picks", "held-out", "regret", "top-1", "Spearman", "Kendall");
        foreach (HeldOutStrategy row in comparison.Strategies)
        {
            table.AddRow(
                row.Name, row.Step is null ? "-" : Tables.Pick(row.Step, row.TiedSteps.Count), Tables.Share(row.Value), Tables.Share(row.Regret),
                row.Hit?.ToString("F2", CultureInfo.InvariantCulture) ?? "-", Tables.Share(row.Spearman), Tables.Share(row.Kendall));
        }

        Tables.Print(context, table);
        context.Print($"  oracle: step {comparison.Oracle}, {Tables.Share(comparison.OracleValue)}");
        if (ReferenceEquals(run.Validation, metric))
        {
            context.Print($"  best_metric chooses by these same values, so that its regret is 0 by construction");
        }
    }
}
