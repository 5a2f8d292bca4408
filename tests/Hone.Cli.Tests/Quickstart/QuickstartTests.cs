using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Quickstart;

public sealed class QuickstartTests
{
    private const double PromisedGain = 0.10;

    private static readonly string[] Timings = ["score_seconds_per_prompt", "multi_sample_seconds_per_prompt", "train_seconds"];

    [Fact]
    [Trait("Category", "Long")]
    public void The_pick_beats_the_base_and_the_same_seed_repeats_every_figure()
    {
        Shared.OnlyWhenLong();
        using var folder = new TempFolder();
        JsonObject first = Run(folder["first"]), second = Run(folder["second"]);

        double gain = first["picked_accuracy"]!.GetValue<double>() - first["base_accuracy"]!.GetValue<double>();
        Assert.True(gain >= PromisedGain, $"the picked checkpoint gains {gain}");
        Assert.InRange(first["oracle_accuracy"]!.GetValue<double>(), first["picked_accuracy"]!.GetValue<double>(), 1.0);
        Assert.True(Directory.GetDirectories(Path.Combine(folder["first"], "run", "checkpoints")).Length >= 8);
        Assert.Equal(2000, first["dataset"]!.GetValue<int>());
        Assert.Equal(200, first["selected"]!.GetValue<int>());
        foreach (string timing in Timings)
        {
            Assert.True(first[timing]!.GetValue<double>() > 0, timing);
            first.Remove(timing);
            second.Remove(timing);
        }

        Assert.Equal(first.ToJsonString(), second.ToJsonString());

        // The report and the ranking are those of the commands; what the pick's folder holds is looked at by hone rank alone.
        string run = Path.Combine(folder["first"], "run");
        JsonObject kept = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "ranking.json")))!.AsObject();
        int window = kept["method"]!["window_steps"]!.GetValue<int>();
        JsonObject ranked = HoneProcess.Run(
            "rank", run, "--hardest", "10", "--window", $"{window}", "--seed", $"{first["seed"]}", "--json").Done().Json;
        Assert.Equal((int)kept["pick"]!["step"]!, (int)ranked["pick"]!["step"]!);
        kept.Remove("pick");
        ranked.Remove("pick");
        Assert.Equal(ranked.ToJsonString(), kept.ToJsonString());
        Assert.Equal("accuracy", (string?)ranked["held_out"]!["metric"]);
        string report = File.ReadAllText(Path.Combine(folder["first"], "report.html"));
        Assert.Contains("best validation metric", report, StringComparison.Ordinal);
        foreach (JsonNode? diagnosis in ranked["diagnoses"]!.AsArray())
        {
            Assert.Contains((string)diagnosis!["id"]!, report, StringComparison.Ordinal);
        }
    }

    private static JsonObject Run(string folder)
    {
        HoneProcess.Run("quickstart", "--out", folder, "--quiet").Done();
        return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.AsObject();
    }
}
