using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class CompareTests
{
    [Fact]
    public void SeedsOfTwoConfigurationsByTheirEvaluations()
    {
        using var folder = new TempFolder();
        Evaluation(folder, "a1", 0, 1, 1, 0);
        Evaluation(folder, "a2", 0, 1, 2, 1);
        Evaluation(folder, "b1", 1, 2, 2, 1);
        Evaluation(folder, "b2", 2, 2, 2, 0);
        JsonObject json = HoneProcess.Run(
            "compare", "--group", $"a={folder["a1"]},{folder["a2"]}", "--group", $"b={folder["b1"]},{folder["b2"]}", "--json").Done().Json;
        Assert.Equal(["method", "groups", "improvements", "warnings"], json.Select(field => field.Key));
        Assert.Empty(json["warnings"]!.AsArray());
        Assert.Equal(
            """{"scores":"evals","task":"prompt","tasks":4,"left_out":0,"resampled":"runs","optimality_target":1}""",
            json["method"]!.ToJsonString());

        // Halves: a is 0 1 1 0 and 0 1 2 1, b is 1 2 2 1 and 2 2 2 0; the middle four of each are 0 1 1 1 and 1 2 2 2, halved.
        JsonNode a = json["groups"]![0]!, b = json["groups"]![1]!;
        Assert.Equal((2, 0.375, 0.375), ((int)a["runs"]!, Value(a["iqm"]), Value(a["mean"])));
        Assert.Equal((0.875, 0.75), (Value(b["iqm"]), Value(b["mean"])));
        Assert.Equal(0.25, Value(b["optimality_gap"]));

        // Task means of a are 0, 1/2, 3/4, 1/4; b wins 4, 4, 3 (a tie with 2) and 2 of four pairs on the tasks.
        Assert.Equal(0.375, Value(a["median"]));
        JsonNode improvement = Assert.Single(json["improvements"]!.AsArray())!;
        Assert.Equal(("b", "a"), ((string)improvement["better"]!, (string)improvement["worse"]!));
        Assert.Equal((4 + 4 + 3 + 2) / 16.0, Value(improvement["probability"]), 12);
        Assert.Equal(20, a["profile"]!.AsArray().Count);
        Assert.Equal((0.0, 5 / 8.0), ((double)a["profile"]![0]!["above"]!, (double)a["profile"]![0]!["share"]!));
    }

    [Fact]
    public void SingleRunsGetIntervalsFromTheirPrompts()
    {
        using var folder = new TempFolder();
        Evaluation(folder, "x/eval", 0, 1, 1, 0, 2);
        Evaluation(folder, "y/eval", 1, 2, 2, 1);
        Ran ran = HoneProcess.Run("compare", folder["x/eval"], folder["y/eval"]).Done();
        Assert.Contains("scores: held-out results on 4 prompts\nintervals: a group has one run, so from tasks drawn again", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 prompts that not every run has were left out", ran.Error, StringComparison.Ordinal);
        Assert.All(ran.Output, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~'), $"U+{(int)unit:X4}"));
        Assert.DoesNotContain(ran.Output.Split('\n'), line => line.Length > 100);

        // Both folders are called eval: their paths tell them apart.
        JsonObject json = HoneProcess.Run("compare", folder["x/eval"], folder["y/eval"], "--json").Done().Json;
        Assert.Equal(folder["x/eval"], (string)json["groups"]![0]!["name"]!);
        Assert.Equal("tasks_and_runs", (string)json["method"]!["resampled"]!);
    }

    [Fact]
    public void RealRunsAreComparedByTheirEvaluationsAndTheirRewards()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("held.jsonl", 6, level: 1, seed: 9);
        foreach (string run in (string[])["one", "two"])
        {
            HoneProcess.Run(
                "train", "--config", TinyRun.Train(folder, $"eval: {{data: {folder["held.jsonl"]}, every: 2}}"), "--set", $"out={folder[run]}",
                "--set", $"seed={run.Length + run[0]}").Done();
        }

        JsonObject evals = HoneProcess.Run("compare", folder["one"], folder["two"], "--json").Done().Json;
        Assert.Equal(("evals", "data_set", 1, "nothing"), Method(evals));
        JsonObject last = TempFolder.Lines(folder["one/evals.jsonl"])[^1];
        Assert.Equal((double)last["accuracy"]!, Value(evals["groups"]![0]!["mean"]));
        Assert.Null(evals["groups"]![0]!["mean"]!["low"]);

        JsonObject rewards = HoneProcess.Run("compare", folder["one"], folder["two"], "--scores", "rewards", "--json").Done().Json;
        (string scores, string task, int tasks, string resampled) = Method(rewards);
        Assert.Equal(("rewards", "prompt", "tasks_and_runs"), (scores, task, resampled));
        Assert.InRange(tasks, 1, 12);

        // The whole log of four steps is within the window: the mean over prompts of their mean rewards.
        double expected = Directory.EnumerateFiles(folder["one/rollouts"]).SelectMany(TempFolder.Lines)
            .GroupBy(row => (string)row["prompt_id"]!).Select(group => group.Average(row => (double)row["reward"]!)).Average();
        JsonObject alone = HoneProcess.Run("compare", folder["one"], "--scores", "rewards", "--json").Done().Json;
        Assert.Equal(expected, Value(alone["groups"]![0]!["mean"]), 12);
        Assert.Empty(alone["improvements"]!.AsArray());

        // One run's last evaluation is lost: the other's is of a later step.
        Assert.Empty(evals["warnings"]!.AsArray());
        string[] lines = File.ReadAllLines(folder["two/evals.jsonl"]);
        File.WriteAllLines(folder["two/evals.jsonl"], lines[..^1]);
        evals = HoneProcess.Run("compare", folder["one"], folder["two"], "--json").Done().Json;
        JsonNode warning = Assert.Single(evals["warnings"]!.AsArray())!;
        Assert.Equal("different_steps", (string)warning["id"]!);
        string message = (string)warning["message"]!;
        Assert.Contains($"is not that of the same step in all runs: 4 of {folder["one"]}, 2 of {folder["two"]};", message, StringComparison.Ordinal);
        Assert.Contains("warning: the last evaluation on ", HoneProcess.Run("compare", folder["one"], folder["two"]).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void RewardsThatAreNotFiniteAreCountedAndUnequalLengthsSaid()
    {
        using var folder = new TempFolder();
        string[] rows = ["""{"step":1,"prompt_id":"a","reward":1}""", """{"step":2,"prompt_id":"b","reward":0}"""];
        folder.Write("x.jsonl", rows);
        folder.Write("y.jsonl", [
            .. rows, """{"step":2,"prompt_id":"a","reward":NaN}""", """{"step":3,"prompt_id":"b","reward":null}""", """{"step":4,"prompt_id":"b","reward":1}"""]);
        Ran ran = HoneProcess.Run("compare", folder["x.jsonl"], folder["y.jsonl"]).Done();
        Assert.Contains(
            $"warning: {folder["y.jsonl"]}: 2 rows of the log were left out, for their reward is missing or not a finite number\n", ran.Error, StringComparison.Ordinal);
        Assert.Contains($"2 of {folder["x.jsonl"]}, 4 of {folder["y.jsonl"]}; runs of unequal length are compared", ran.Error, StringComparison.Ordinal);
        JsonObject json = HoneProcess.Run("compare", folder["x.jsonl"], folder["y.jsonl"], "--json").Done().Json;
        Assert.Equal(["rewards_not_finite", "different_steps"], json["warnings"]!.AsArray().Select(warning => (string)warning!["id"]!));
        Assert.Equal(0.75, Value(json["groups"]![1]!["mean"]));
    }

    [Fact]
    public void ARunThatCountsTwiceInAGroupIsRefused()
    {
        using var folder = new TempFolder();
        Evaluation(folder, "a", 0, 1);
        Evaluation(folder, "b", 1, 1);
        Directory.CreateSymbolicLink(folder["link"], folder["a"]);
        folder.Refuses(2, ["--group x", "named twice"], ["compare", "--group", $"x={folder["a"]},{folder["b"]},{folder["a"]}"]);
        folder.Refuses(2, ["the same run as"], ["compare", "--group", $"x={folder["a"]},{folder["b/../a"]}/"]);
        folder.Refuses(2, [$"{folder["link"]} is the same run as {folder["a"]}"], ["compare", "--group", $"x={folder["a"]},{folder["b"]},{folder["link"]}"]);

        // A run may stand alone beside a group that it is in.
        HoneProcess.Run("compare", folder["a"], "--group", $"x={folder["a"]},{folder["b"]}").Done();
    }

    [Fact]
    public void RunsThatCannotBeComparedAreRefused()
    {
        using var folder = new TempFolder();
        Evaluation(folder, "a", 0, 1);
        Evaluation(folder, "other", [("z", 1)]);
        folder.Write("empty/eval.json", "{}");
        Directory.CreateDirectory(folder["bare"]);
        folder.Refuses(3, ["other", "shares no prompt"], ["compare", folder["a"], folder["other"]]);
        folder.Refuses(3, ["empty", "has no score"], ["compare", folder["a"], folder["empty"]]);
        folder.Refuses(3, ["none", "no such run"], ["compare", folder["a"], folder["none"], "--scores", "evals"]);
        folder.Refuses(3, ["bare", "has no held-out results"], ["compare", folder["a"], folder["bare"], "--scores", "evals"]);
        folder.Refuses(2, ["no run was named"], ["compare"]);
        folder.Refuses(2, ["--group x", "NAME=RUN,RUN"], ["compare", "--group", "x"]);
        folder.Refuses(2, ["--group x=a,,b"], ["compare", "--group", "x=a,,b"]);
        folder.Refuses(2, ["two groups are called 'a'"], ["compare", folder["a"], "--group", $"a={folder["a"]}"]);
        folder.Refuses(2, ["--window 0"], ["compare", folder["a"], "--window", "0"]);
        folder.Refuses(2, ["--scores rewrds"], ["compare", folder["a"], "--scores", "rewrds"]);
    }

    [Fact]
    public void ADamagedSampleIsNamedWithItsLine()
    {
        using var folder = new TempFolder();
        Evaluation(folder, "a", 0, 1);
        folder.Write("a/math.jsonl", "{\"id\":\"p0\",\"sample\":\"x\"}", "{}");
        folder.Refuses(3, ["math.jsonl:1"], ["compare", folder["a"]]);
    }

    private static (string, string, int, string) Method(JsonObject json)
    {
        JsonNode method = json["method"]!;
        return ((string)method["scores"]!, (string)method["task"]!, (int)method["tasks"]!, (string)method["resampled"]!);
    }

    private static double Value(JsonNode? estimate) => (double)estimate!["value"]!;

    private static void Evaluation(TempFolder folder, string name, params int[] right) =>
        Evaluation(folder, name, [.. right.Select((count, i) => ($"p{i}", count))]);

    // As hone eval --samples 2 leaves it.
    private static void Evaluation(TempFolder folder, string name, (string Id, int Right)[] prompts)
    {
        folder.Write($"{name}/eval.json", "{}");
        folder.Write($"{name}/math.jsonl", [.. prompts.SelectMany(prompt => Enumerable.Range(0, 2).Select(sample => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"{{prompt.Id}}","sample":{{sample}},"completion":"c","answer":"1","reward":{{(sample < prompt.Right ? 1 : 0)}},"correct":{{(sample < prompt.Right ? "true" : "false")}},"format_ok":true,"truncated":false,"tokens":3}""")))]);
    }
}
