using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Records.RunFolders;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>A ranking of checkpoints as JSON and as a table.</summary>
internal static class RankingOutput
{
    /// <summary>The document of `rank --json`, and of ranking.json.</summary>
    public static JsonObject Json(RankingResult result, RankingOptions options, IReadOnlyList<Checkpoint> paths) => new()
    {
        ["method"] = new JsonObject
        {
            ["as"] = options.Reading == RankingReading.Paper ? "paper" : "reference-code",
            ["hardest_percent"] = options.HardestPercent,
            ["window_steps"] = options.WindowSteps,
            ["uncertainty"] = result.Uncertainty == UncertaintySource.Reference ? "reference_anll" : "anll",
        },
        ["pick"] = result.Pick is int pick ? Picked(pick, paths) : null,
        ["checkpoints"] = new JsonArray([.. result.Checkpoints.Select(Checkpoint)]),
        ["controls"] = new JsonObject(result.Controls.Select(control => KeyValuePair.Create(
            control.Name, (JsonNode?)new JsonObject
            {
                ["step"] = control.Step, ["value"] = JsonOutput.Number(control.Value),
                ["deviation"] = JsonOutput.Number(control.Deviation),
            }))),
        ["warnings"] = new JsonArray([.. result.Warnings.Select(warning => (JsonNode)new JsonObject
        {
            ["id"] = warning.Id, ["message"] = warning.Message, ["steps"] = Steps(warning.Steps),
        })]),
    };

    /// <summary>The ranking for people.</summary>
    public static void Print(CommandContext context, RankingResult result, RankingOptions options, IReadOnlyList<Checkpoint> paths)
    {
        Table table = Tables.New("step", "score", "95 % interval", "P(best)", "hard", "of", "ANLL from", "train reward", "truncated");
        foreach (CheckpointScore row in result.Checkpoints)
        {
            table.AddRow(
                Text($"{row.Step}{(row.Step == result.Pick ? " *" : "")}"), Tables.Share(row.Score),
                row.Low is null ? "-" : Text($"{row.Low:F3} to {row.High:F3}"), Tables.Share(row.ProbabilityBest),
                Text($"{row.Hard}"), Text($"{row.Samples}"), Tables.Share(row.Threshold), Tables.Share(row.TrainReward),
                Tables.Share(row.Truncated));
        }

        Tables.Print(context, table);
        foreach (RankingControl control in result.Controls)
        {
            context.Print($"  control {control.Name,-13} picks {control.Step?.ToString(CultureInfo.InvariantCulture) ?? "none",6}  value {Tables.Share(control.Value)}");
        }

        foreach (RankingWarning warning in result.Warnings)
        {
            context.Warn($"{warning.Message}");
        }

        string unit = options.Reading == RankingReading.Paper ? "completions" : "prompts";
        context.Print($"pick: step {result.Pick}, by the reward on the {options.HardestPercent} % most uncertain {unit} of {options.WindowSteps} steps");
        if (result.Pick is int step && Found(step, paths) is { } found)
        {
            context.Print($"path: {found.Path}");
            PrintContent(context, found);
        }
    }

    private static Checkpoint? Found(int step, IReadOnlyList<Checkpoint> paths) =>
        paths.FirstOrDefault(p => p.Step == step) is { Path.Length: > 0 } found ? found : null;

    // What the path holds is said where it was looked at.
    private static JsonObject Picked(int step, IReadOnlyList<Checkpoint> paths)
    {
        Checkpoint? found = Found(step, paths);
        var pick = new JsonObject { ["step"] = step, ["path"] = found?.Path };
        if (found is { Kind: not CheckpointKind.Unknown })
        {
            pick["holds"] = found.Kind.ToString().ToLowerInvariant();
            pick["conversion"] = found.Conversion;
        }

        return pick;
    }

    private static void PrintContent(CommandContext context, Checkpoint found)
    {
        switch (found.Kind)
        {
            case CheckpointKind.Model:
                context.Print($"  a Hugging Face model folder");
                break;
            case CheckpointKind.Adapter:
                context.Print($"  adapters, to be used with their base model; one model of both: hone merge");
                break;
            case CheckpointKind.Shards:
                context.Print($"  the trainer's own shards; a model folder of them: {found.Conversion}");
                break;
        }
    }

    private static JsonArray Steps(IReadOnlyList<int> steps) => new([.. steps.Select(step => (JsonNode)step)]);

    private static JsonNode Checkpoint(CheckpointScore row) => new JsonObject
    {
        ["step"] = row.Step, ["score"] = JsonOutput.Number(row.Score), ["low"] = JsonOutput.Number(row.Low),
        ["high"] = JsonOutput.Number(row.High), ["hard"] = row.Hard, ["samples"] = row.Samples,
        ["threshold"] = JsonOutput.Number(row.Threshold), ["train_reward"] = JsonOutput.Number(row.TrainReward),
        ["truncated"] = JsonOutput.Number(row.Truncated), ["probability_best"] = JsonOutput.Number(row.ProbabilityBest),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
