using System.Text.Json.Nodes;
using Hone.Records.Logs;
using Hone.Selection;

namespace Hone.Cli.Output;

/// <summary>A sweep as the document of `sweep --json`.</summary>
internal static class SweepJson
{
    /// <summary>The document.</summary>
    public static JsonObject Of(SweptRun run)
    {
        SweepResult result = run.Result;
        return new JsonObject
        {
            ["method"] = new JsonObject
            {
                ["as"] = run.Options.Reading == RankingReading.Paper ? "paper" : "reference-code",
                ["hardest_percents"] = Array(result.HardestPercents),
                ["window_steps"] = Array(result.WindowSteps),
                ["uncertainty"] = MeasureOutput.JsonName(RankedLog.Measure(run.Log, run.Options).Name()),
            },
            ["log"] = new JsonObject
            {
                ["format"] = run.Log.Format.Name, ["files"] = run.Log.Files.Count, ["rows"] = run.Log.Count,
                ["step_offset"] = run.Log.Format.StepOffset,
            },
            ["checkpoints"] = Array(result.Steps),
            ["agreement"] = new JsonObject
            {
                ["modal_pick"] = result.ModalPick, ["path"] = run.Modal is { Path.Length: > 0 } modal ? modal.Path : null,
                ["share"] = JsonOutput.Number(result.PickAgreement), ["mean_correlation"] = JsonOutput.Number(result.MeanCorrelation),
            },
            ["recommended"] = new JsonObject
            {
                ["hardest_percent"] = result.Recommended.HardestPercent, ["window_steps"] = result.Recommended.WindowSteps,
                ["verdict"] = Name(result.Recommended.Verdict), ["message"] = run.Advice,
            },
            ["cells"] = new JsonArray([.. result.Cells.Select((cell, i) => Cell(run, cell, i))]),
            ["held_out"] = run.HeldOut is not { } held ? null : new JsonObject
            {
                ["checkpoints"] = held.Checkpoints, ["best"] = JsonOutput.Number(held.Best), ["flat"] = held.Flat,
                ["message"] = run.HeldOutAdvice,
            },
            ["warnings"] = new JsonArray([.. run.Warnings.Select(warning => (JsonNode)new JsonObject
            {
                ["id"] = warning.Id, ["message"] = warning.Message, ["steps"] = Array(warning.Steps),
            })]),
        };
    }

    private static JsonObject Cell(SweptRun run, SweepCell cell, int index)
    {
        var document = new JsonObject
        {
            ["hardest_percent"] = cell.HardestPercent, ["window_steps"] = cell.WindowSteps, ["pick"] = cell.Pick,
            ["probability_best"] = JsonOutput.Number(cell.ProbabilityBest),
            ["stability"] = cell.Stability is { } stability ? Interval(stability.Value, stability.Low, stability.High) : null,
            ["within_noise"] = run.Result.Recommended.WithinNoise.Contains(index),
        };
        if (run.HeldOut?.Cells[index] is { } held)
        {
            document["held_out_correlation"] = held.Correlation is null ? null : Interval(held.Correlation, held.Low, held.High);
            document["held_out_at_pick"] = JsonOutput.Number(held.PickValue);
        }

        document["curve"] = new JsonArray([.. cell.Curve.Select(point => (JsonNode)new JsonObject
        {
            ["step"] = point.Step, ["score"] = JsonOutput.Number(point.Score), ["low"] = JsonOutput.Number(point.Low),
            ["high"] = JsonOutput.Number(point.High), ["probability_best"] = JsonOutput.Number(point.ProbabilityBest),
            ["hard"] = point.Hard, ["samples"] = point.Samples,
        })]);
        return document;
    }

    private static JsonObject Interval(double? value, double? low, double? high) => new()
    {
        ["value"] = JsonOutput.Number(value), ["low"] = JsonOutput.Number(low), ["high"] = JsonOutput.Number(high),
    };

    private static JsonArray Array<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    private static string Name(SweepVerdict verdict) => verdict switch
    {
        SweepVerdict.OneCheckpoint => "one_checkpoint",
        SweepVerdict.EqualScores => "equal_scores",
        SweepVerdict.Unknown => "unknown",
        SweepVerdict.NoSignal => "no_signal",
        SweepVerdict.OneCell => "one_cell",
        SweepVerdict.Flat => "flat",
        _ => "differs",
    };
}
