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
    /// <param name="run">The ranking.</param>
    /// <param name="link">The link that was made to the pick; null where none was.</param>
    public static JsonObject Json(RankedRun run, string? link = null)
    {
        JsonObject document = Ranking(run);
        document["diagnoses"] = DiagnosisOutput.Json(run.Diagnoses);
        if (run.Measures.Count > 0)
        {
            document["measures"] = MeasureOutput.Json(run.Measures);
        }

        if (link is not null)
        {
            document["link"] = link;
        }

        return document;
    }

    /// <summary>The ranking for people.</summary>
    public static void Print(CommandContext context, RankedRun run)
    {
        (RankingResult result, RankingOptions options) = (run.Result, run.Options);
        Table table = Tables.New("step", "score", "95 % interval", "P(best)", "hard", "of", result.Measure is "anll" or "reference" ? "ANLL from" : "from", "train reward", "truncated");
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
            context.Print($"  control {control.Name,-13} picks {Tables.Pick(control.Step, control.TiedSteps.Count),6}  value {Tables.Share(control.Value)}{Spread(control)}");
        }

        HeldOutOutput.Print(context, run);
        MeasureOutput.Print(context, run.Measures);
        DiagnosisOutput.Print(context, run.Diagnoses);
        foreach (RankingWarning warning in result.Warnings)
        {
            context.Warn($"{warning.Message}");
        }

        string unit = options.Reading == RankingReading.Paper ? "completions" : "prompts";
        context.Print(result.Pick is int pick
            ? $"pick: step {pick}, by the reward on the {options.HardestPercent} % most uncertain {unit} of {options.WindowSteps} steps{(options.Measure is { } measure ? $", uncertainty by {measure}" : "")}"
            : (FormattableString)$"pick: none, for {run.NoPick}");
        if (Sureness(result) is { } sureness)
        {
            context.Print($"{sureness}");
        }

        if (run.Picked is { Path.Length: > 0 } found)
        {
            context.Print($"path: {found.Path}");
            PrintContent(context, found);
        }
    }

    // How far the pick is ahead of the others; nothing where there is no other with a score.
    private static string? Sureness(RankingResult result) =>
        result.Checkpoints.Count(row => row.Score is not null) < 2 || result.Checkpoints.FirstOrDefault(row => row.Step == result.Pick) is not { } pick
            ? null
        : pick.Low is null ? "the pick has no interval (its window has one step), so it cannot be compared"
        : result.NothingDiffers ? "nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %"
        : result.Indistinguishable.Count > 1
            ? $"cannot be told apart from the pick: {string.Join(", ", result.Indistinguishable.Where(step => step != result.Pick))}"
        : "the pick scores higher than every other checkpoint, at 95 %";

    private static JsonObject Ranking(RankedRun run) => new()
    {
        ["method"] = new JsonObject
        {
            ["as"] = run.Options.Reading == RankingReading.Paper ? "paper" : "reference-code",
            ["hardest_percent"] = run.Options.HardestPercent,
            ["window_steps"] = run.Options.WindowSteps,
            ["uncertainty"] = MeasureOutput.JsonName(run.Result.Measure),
        },
        ["log"] = new JsonObject
        {
            ["format"] = run.Log.Format.Name, ["files"] = run.Log.Files.Count, ["rows"] = run.Log.Count,
            ["step_offset"] = run.Log.Format.StepOffset,
        },
        ["pick"] = run.Picked is { } pick ? Picked(pick) : null,
        ["indistinguishable"] = JsonOutput.Steps(run.Result.Indistinguishable),
        ["nothing_differs"] = run.Result.NothingDiffers,
        ["checkpoints"] = new JsonArray([.. run.Result.Checkpoints.Select(Checkpoint)]),
        ["controls"] = new JsonObject(run.Result.Controls.Select(control => KeyValuePair.Create(
            control.Name, (JsonNode?)new JsonObject
            {
                ["step"] = control.Step, ["value"] = JsonOutput.Number(control.Value),
                ["deviation"] = JsonOutput.Number(control.Deviation), ["tied"] = JsonOutput.Steps(control.TiedSteps),
            }))),
        ["held_out"] = HeldOutOutput.Json(run),
        ["warnings"] = new JsonArray([.. run.Result.Warnings.Select(warning => (JsonNode)new JsonObject
        {
            ["id"] = warning.Id, ["message"] = warning.Message, ["steps"] = JsonOutput.Steps(warning.Steps),
        })]),
    };

    // What the path holds is said where it was looked at.
    private static JsonObject Picked(Checkpoint found)
    {
        var pick = new JsonObject { ["step"] = found.Step, ["path"] = found.Path.Length > 0 ? found.Path : null };
        if (found.Kind != CheckpointKind.Unknown)
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

    private static string Spread(RankingControl control) => control.Deviation is double deviation
        ? Text($" (sd {deviation:F4}), picked in {100 * control.PickShares.Max():F0} % of 1,000 draws") : "";

    private static JsonNode Checkpoint(CheckpointScore row) => new JsonObject
    {
        ["step"] = row.Step, ["score"] = JsonOutput.Number(row.Score), ["low"] = JsonOutput.Number(row.Low),
        ["high"] = JsonOutput.Number(row.High), ["hard"] = row.Hard, ["samples"] = row.Samples,
        ["threshold"] = JsonOutput.Number(row.Threshold), ["train_reward"] = JsonOutput.Number(row.TrainReward),
        ["truncated"] = JsonOutput.Number(row.Truncated), ["probability_best"] = JsonOutput.Number(row.ProbabilityBest),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
