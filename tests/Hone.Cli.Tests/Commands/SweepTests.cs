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
        Assert.Matches(@"agreement: \d+ of \d+ cells pick step \d+( \(\d+ prefer none\))?; mean rank correlation of their curves -?0\.\d\d", ran.Output);
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
        Assert.Contains((string)json["recommended"]!["verdict"]!, (string[])["unknown", "equal_scores"]);
        Assert.Null(json["agreement"]!["mean_correlation"]);
        Assert.All(json["cells"]!.AsArray(), cell => Assert.Null(cell!["held_out_correlation"]));
        Assert.Null(json["held_out"]!["flat"]);

        // One that the run has deleted is scored by the log, and counts for the windows of the grid.
        Directory.Move(folder["run/checkpoints/step-000002"], folder["away"]);
        folder.Write("run/deleted.jsonl", """{"step":2,"score":0.5}""");
        JsonObject without = HoneProcess.Run("sweep", folder["run"], "--json").Done().Json;
        Assert.Equal("[1,2,4]", without["method"]!["window_steps"]!.ToJsonString());
        Assert.Equal("[2,4]", without["checkpoints"]!.ToJsonString());
        Assert.Equal(json["cells"]!.ToJsonString(), without["cells"]!.ToJsonString());
        JsonNode warning = Assert.Single(without["warnings"]!.AsArray(), found => (string)found!["id"]! == "checkpoints_deleted")!;
        Assert.Equal("[2]", warning["steps"]!.ToJsonString());
        Assert.Contains("warning: Scored by the log alone: checkpoint 2,", HoneProcess.Run("sweep", folder["run"]).Done().Error, StringComparison.Ordinal);

        // By folders alone there is nothing but what is there.
        JsonObject there = HoneProcess.Run("sweep", folder["run"], "--checkpoints", folder["run/checkpoints"], "--json").Done().Json;
        Assert.Equal("[4]", there["checkpoints"]!.ToJsonString());
        Assert.Equal("one_checkpoint", (string)there["recommended"]!["verdict"]!);
    }

    [Theory]
    [InlineData("entropy", "entropy")]
    [InlineData("length", "length")]
    [InlineData("self-certainty", "self_certainty")]
    public void AMeasureRanksEveryCell(string measure, string named)
    {
        using var folder = new TempFolder();
        WriteMeasures(folder, i => i * 7 % 11 % 2);
        string[] log = [folder["log.jsonl"], "--checkpoints", "10,20,30,40", "--window", "10", "--by", measure, "--json"];
        JsonObject json = HoneProcess.Run(["sweep", .. log, "--hardest", "10,30"]).Done().Json;
        Assert.Equal(named, (string)json["method"]!["uncertainty"]!);
        Assert.Contains($"--by {measure}", (string)json["recommended"]!["message"]!, StringComparison.Ordinal);
        foreach (JsonNode? cell in json["cells"]!.AsArray())
        {
            JsonObject alone = HoneProcess.Run(["rank", .. log, "--hardest", cell!["hardest_percent"]!.ToJsonString()]).Done().Json;
            Assert.Equal((int)alone["pick"]!["step"]!, (int)cell["pick"]!);
            string[] names = ["step", "score", "low", "high", "probability_best", "hard"];
            Assert.All(alone["checkpoints"]!.AsArray().Zip(cell["curve"]!.AsArray()), pair => Assert.All(
                names, name => Assert.Equal((double)pair.First![name]!, (double)pair.Second![name]!, 9)));
        }
    }

    [Fact]
    public void AMeasureThatTheLogLacksAndAllOfThemAreRefused()
    {
        using var folder = new TempFolder();
        WriteMeasures(folder, _ => 1);
        string[] sweep = ["sweep", folder["log.jsonl"], "--checkpoints", "10,20"];
        folder.Refuses(3, ["has the measure 'tail' (--by)", "the log has anll, sum, entropy, self-certainty, length"], [.. sweep, "--by", "tail"]);
        folder.Refuses(2, ["--by", "entropy"], [.. sweep, "--by", "all"]);
    }

    [Fact]
    public void WhatCannotBeComparedIsNotCalledAgreement()
    {
        using var folder = new TempFolder();
        WriteMeasures(folder, _ => 1);
        string[] sweep = ["sweep", folder["log.jsonl"], "--checkpoints", "10,20,30,40"];
        Ran ran = HoneProcess.Run(sweep).Done();
        Assert.Contains("agreement: -, for no cell prefers a checkpoint; step 40 is picked", ran.Output, StringComparison.Ordinal);
        Assert.Contains("There is nothing to compare: all checkpoints score the same", ran.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        JsonObject json = HoneProcess.Run([.. sweep, "--json"]).Done().Json;
        Assert.Equal(("equal_scores", null), ((string)json["recommended"]!["verdict"]!, json["agreement"]!["share"]));

        // Rewards that rise from stretch to stretch give the one cell a stability; it still agrees with nothing.
        WriteMeasures(folder, i => (i / 80) + (i * 7 % 11 / 100.0));
        json = HoneProcess.Run([.. sweep, "--hardest", "30", "--window", "10", "--json"]).Done().Json;
        Assert.Equal("one_cell", (string)json["recommended"]!["verdict"]!);
        Assert.Equal((40, null, null), ((int)json["agreement"]!["modal_pick"]!, json["agreement"]!["share"], json["agreement"]!["mean_correlation"]));
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

    // 40 steps of eight prompts; no two completions share a figure.
    private static void WriteMeasures(TempFolder folder, Func<int, double> reward) =>
        folder.Write("log.jsonl", [.. Enumerable.Range(0, 320).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"step":{{1 + (i / 8)}},"prompt_id":{{i % 8}},"sample":0,"mean_logprob":{{-(1 + (i * 37 % 320)) / 100.0}},"mean_entropy":{{(1 + (i * 101 % 320)) / 100.0}},"self_certainty":{{5 + (i * 59 % 320)}},"tokens":{{10 + (i * 211 % 320)}},"reward":{{reward(i)}}}"""))]);

    private static Ran Sweep(TempFolder folder, params string[] options) =>
        HoneProcess.Run(["sweep", folder["log"], "--checkpoints", Checkpoints, .. options]);

    private static string[] Evals(Func<int, double> value) =>
        [.. Enumerable.Range(1, 5).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"step":{{8 * i}},"value":{{value(8 * i)}}}"""))];
}
