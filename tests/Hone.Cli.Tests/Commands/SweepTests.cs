using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class SweepTests
{
    private const string Checkpoints = "8,16,24,32,40";

    [Fact]
    public void EveryCellIsTheRankingOfItsPercentAndWindow()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        Ran ran = Sweep(folder, "--hardest", "10,3,100", "--window", "16,4", "--json").Done();
        JsonObject json = ran.Json;
        Assert.Equal(
            ["method", "log", "checkpoints", "agreement", "recommended", "cells", "held_out", "warnings"], json.Select(field => field.Key));
        Assert.Equal("[3,10,100]", json["method"]!["hardest_percents"]!.ToJsonString());
        Assert.Equal("[4,16]", json["method"]!["window_steps"]!.ToJsonString());
        Assert.Equal("[8,16,24,32,40]", json["checkpoints"]!.ToJsonString());
        Assert.Null(json["held_out"]);
        Assert.Equal(6, json["cells"]!.AsArray().Count);
        foreach (JsonNode? cell in json["cells"]!.AsArray())
        {
            JsonObject alone = HoneProcess.Run(
                "rank", folder["log"], "--checkpoints", Checkpoints, "--json",
                "--hardest", cell!["hardest_percent"]!.ToJsonString(), "--window", cell["window_steps"]!.ToJsonString()).Done().Json;
            string[] names = ["step", "score", "hard", "samples"];
            Dictionary<int, JsonNode> curve = cell["curve"]!.AsArray().ToDictionary(point => (int)point!["step"]!, point => point!);

            // A window given to rank leaves out the checkpoints before its first whole one.
            JsonArray ranked = alone["checkpoints"]!.AsArray();
            Assert.InRange(ranked.Count, 4, 5);
            Assert.All(ranked, row => Assert.All(
                names, name => Assert.Equal((double)row![name]!, (double)curve[(int)row["step"]!][name]!, 12)));
        }
    }

    [Fact]
    public void ThePagesLinesFitATerminalAndAPipe()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Write("evals.jsonl", Evals(step => step / 100.0));
        Ran ran = Sweep(folder, "--evals", folder["evals.jsonl"], "--window", "1,2,4,8,16,32,40").Done();
        Assert.All(ran.Output, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~'), $"U+{(int)unit:X4}"));
        Assert.DoesNotContain(ran.Output.Split('\n'), line => line.Length > 100);
        Assert.Matches(@"agreement: \d+ of 56 cells pick step \d+", ran.Output);
        Assert.Contains("stability: ", ran.Output, StringComparison.Ordinal);
        Assert.Contains("held out: ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void HeldOutResultsStandBesideTheGridAndDoNotMoveTheRecommendation()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        JsonObject without = Sweep(folder, "--json").Done().Json;
        folder.Write("evals.jsonl", Evals(step => step == 24 ? 0.9 : 0.1));
        JsonObject json = Sweep(folder, "--json", "--evals", folder["evals.jsonl"]).Done().Json;
        Assert.Equal(without["recommended"]!.ToJsonString(), json["recommended"]!.ToJsonString());
        Assert.Equal((5, 0.9), ((int)json["held_out"]!["checkpoints"]!, (double)json["held_out"]!["best"]!));
        Assert.All(json["cells"]!.AsArray(), cell => Assert.Equal((int)cell!["pick"]! == 24 ? 0.9 : 0.1, (double)cell["held_out_at_pick"]!));

        // Rewards that have nothing to do with the steps: no cell can be told from another.
        Assert.True((bool)json["held_out"]!["flat"]!);
        Assert.Contains("is flat", (string)json["held_out"]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunOfOursBringsItsOwnEvaluations()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("held.jsonl", 6, level: 1, seed: 9);
        HoneProcess.Run(
            "train", "--config", TinyRun.Train(folder, $"eval: {{data: {folder["held.jsonl"]}, every: 2}}"), "--set", $"out={folder["run"]}").Done();
        JsonObject json = HoneProcess.Run("sweep", folder["run"], "--json").Done().Json;
        Assert.Equal("[1,2,4]", json["method"]!["window_steps"]!.ToJsonString());
        Assert.Equal("[2,4]", json["checkpoints"]!.ToJsonString());
        Assert.Equal(2, (int)json["held_out"]!["checkpoints"]!);
        Assert.EndsWith($"step-00000{json["agreement"]!["modal_pick"]}", (string)json["agreement"]!["path"]!, StringComparison.Ordinal);

        // Two checkpoints always correlate by -1 or 1.
        Assert.Equal("unknown", (string)json["recommended"]!["verdict"]!);
    }

    [Theory]
    [InlineData("--hardest", "0")]
    [InlineData("--hardest", "3,101")]
    [InlineData("--hardest", "3,,5")]
    [InlineData("--hardest", "nan")]
    [InlineData("--window", "0")]
    [InlineData("--window", "10,x")]
    [InlineData("--window", "99999999999")]
    public void OptionsOutsideTheirRangesAreUsageErrors(string option, string value)
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Refuses(2, [option + " " + value, "hone sweep --help"], ["sweep", folder["log"], "--checkpoints", Checkpoints, option, value]);
    }

    [Theory]
    [InlineData("""{"value":1}""")]
    [InlineData("""{"step":-1,"value":1}""")]
    [InlineData("""{"step":8,"score":1}""")]
    [InlineData("""{"step":8,"value":NaN}""")]
    [InlineData("")]
    [InlineData("[1]")]
    public void UnusableEvaluationsAreBadInput(string line)
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Write("evals.jsonl", line);
        folder.Refuses(
            3, ["evals.jsonl: holds no held-out value by step, expected rows with step and accuracy or value"],
            ["sweep", folder["log"], "--checkpoints", Checkpoints, "--evals", folder["evals.jsonl"]]);
    }

    [Fact]
    public void AMissingLogAndMissingEvaluationsAreNamed()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Refuses(3, ["none.jsonl"], ["sweep", folder["none.jsonl"], "--checkpoints", "8"]);
        folder.Refuses(3, ["none.jsonl"], ["sweep", folder["log"], "--checkpoints", "8", "--evals", folder["none.jsonl"]]);
    }

    private static Ran Sweep(TempFolder folder, params string[] options) =>
        HoneProcess.Run(["sweep", folder["log"], "--checkpoints", Checkpoints, .. options]);

    private static string[] Evals(Func<int, double> value) =>
        [.. Enumerable.Range(1, 5).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"step":{{8 * i}},"value":{{value(8 * i)}}}"""))];
}
