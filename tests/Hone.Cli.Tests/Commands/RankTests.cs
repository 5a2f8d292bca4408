using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>Rankings of logs small enough to be done by hand, in both readings.</summary>
public sealed class RankTests
{
    // step, prompt, sample, mean log-prob, reward
    private static readonly (int, string, int, double, double)[] Completions =
    [
        (1, "a", 0, -1.0, 1), (1, "a", 1, -2.0, 0), (1, "b", 0, -3.0, 1), (1, "b", 1, -0.5, 0),
        (2, "a", 0, -2.0, 1), (2, "a", 1, -2.5, 0), (2, "b", 0, -1.5, 1), (2, "b", 1, -0.2, 1),
        (3, "a", 0, -0.9, 0), (3, "a", 1, -0.8, 1), (3, "b", 0, -0.7, 1), (3, "b", 1, -0.6, 1),
        (4, "a", 0, -0.9, 1), (4, "a", 1, -0.5, 0), (4, "b", 0, -0.4, 0), (4, "b", 1, -0.3, 1),
    ];

    // step, prompt, sample, mean log-prob of the reference, reward; the policy's own log-probs say the opposite.
    private static readonly (int, string, int, double, double)[] Prompts =
    [
        (1, "p", 0, -4.0, 0), (1, "p", 1, -2.0, 0), (1, "q", 0, -1.0, 1), (1, "q", 1, -1.0, 0),
        (2, "p", 0, -0.5, 1), (2, "q", 0, -3.0, 0),
        (3, "p", 0, -1.0, 0), (3, "q", 0, -1.0, 0),
        (4, "p", 0, -1.0, 1), (4, "q", 0, -1.0, 0),
    ];

    [Fact]
    public void ThePapersReadingOfAHandMadeLog()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        JsonObject json = Rank(folder, "--window", "2", "--hardest", "40").Json;
        Assert.Equal("""{"as":"paper","hardest_percent":40,"window_steps":2,"uncertainty":"anll"}""", json["method"]!.ToJsonString());
        JsonObject[] rows = [.. json["checkpoints"]!.AsArray().Select(row => row!.AsObject())];

        // Checkpoint 1 has 4 completions, n = 1: ANLL 3.0, reward 1. Checkpoint 2: n = 3 of 8: 3.0 (1), 2.5 (0), and of the two
        // at 2.0 that of step 1 (0). Checkpoint 3: 2.5 (0), 2.0 (1), 1.5 (1). Checkpoint 4: both at 0.9 (0, 1), 0.8 (1).
        AssertRow(rows[0], step: 1, score: 1, hard: 1, samples: 4, threshold: 3.0, train: 2.0 / 4);
        AssertRow(rows[1], step: 2, score: 1.0 / 3, hard: 3, samples: 8, threshold: 2.0, train: 5.0 / 8);
        AssertRow(rows[2], step: 3, score: 2.0 / 3, hard: 3, samples: 8, threshold: 1.5, train: 6.0 / 8);
        AssertRow(rows[3], step: 4, score: 2.0 / 3, hard: 3, samples: 8, threshold: 0.8, train: 5.0 / 8);
        Assert.Equal("""{"step":1,"path":null}""", json["pick"]!.ToJsonString());
    }

    [Fact]
    public void ATieGoesToTheLaterCheckpointAndIsReported()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        JsonObject json = Rank(folder, "--window", "2", "--hardest", "40", "--checkpoints", "4,3,2").Json;
        Assert.Equal([2, 3, 4], json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        Assert.Equal(4, (int)json["pick"]!["step"]!);
        Assert.Contains(json["warnings"]!.AsArray(), warning => warning!["steps"]!.ToJsonString() == "[3,4]"
            && ((string)warning["message"]!).StartsWith("The highest score is shared by checkpoints 3, 4", StringComparison.Ordinal));
        Ran text = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", "2,3,4", "--window", "2", "--hardest", "40").Done();
        Assert.Contains("warning: The highest score is shared by checkpoints 3, 4; the latest is picked.", text.Error, StringComparison.Ordinal);
        Assert.Contains("pick: step 4, by the reward on the 40 % most uncertain completions of 2 steps", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheReferenceCodesReadingOfAHandMadeLog()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Prompts.Select(row => Line(row, -10 - row.Item4, row.Item4))]);
        JsonObject json = Rank(folder, "--window", "1", "--hardest", "50", "--as", "reference-code").Json;
        Assert.Equal(
            """{"as":"reference-code","hardest_percent":50,"window_steps":1,"uncertainty":"reference_anll"}""",
            json["method"]!.ToJsonString());
        JsonObject[] rows = [.. json["checkpoints"]!.AsArray().Select(row => row!.AsObject())];

        // One prompt of two. Step 1 alone: p at 3.0, rewards 0 and 0. Steps 1 and 2: p at 6.5 / 3, highest reward 1. Steps 2 and
        // 3: q at 2.0, reward 0. Steps 3 and 4: both at 1.0, the first prompt, whose highest reward is 1.
        AssertRow(rows[0], step: 1, score: 0, hard: 1, samples: 2, threshold: 3.0, train: 1.0 / 4);
        AssertRow(rows[1], step: 2, score: 1, hard: 1, samples: 2, threshold: 6.5 / 3, train: 2.0 / 6);
        AssertRow(rows[2], step: 3, score: 0, hard: 1, samples: 2, threshold: 2.0, train: 1.0 / 4);
        AssertRow(rows[3], step: 4, score: 1, hard: 1, samples: 2, threshold: 1.0, train: 1.0 / 4);
        Assert.Equal(4, (int)json["pick"]!["step"]!);
    }

    [Fact]
    public void ThePapersReadingTakesThePolicysLogProbsWhereTheLogHasBoth()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Prompts.Select(row => Line(row, -10 - row.Item4, row.Item4))]);
        JsonObject json = Rank(folder, "--window", "1", "--hardest", "25").Json;
        Assert.Equal("anll", (string)json["method"]!["uncertainty"]!);

        // Step 1: policy ANLL is 6, 8, 9, 9; of the two at 9 the first, reward 1.
        AssertRow(json["checkpoints"]![0]!.AsObject(), step: 1, score: 1, hard: 1, samples: 4, threshold: 9, train: 1.0 / 4);
    }

    [Fact]
    public void TheDocumentHasTheKeysOfTheContract()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        JsonObject json = Rank(folder, "--window", "2").Json;
        Assert.Equal("""{"format":"hone","files":1,"rows":16,"step_offset":0}""", json["log"]!.ToJsonString());
        Assert.Equal(
            ["method", "log", "pick", "indistinguishable", "nothing_differs", "checkpoints", "controls", "held_out", "warnings", "diagnoses"],
            json.Select(field => field.Key));
        Assert.All(json["checkpoints"]!.AsArray(), row => Assert.Equal(
            ["step", "score", "low", "high", "hard", "samples", "threshold", "train_reward", "truncated", "probability_best"],
            row!.AsObject().Select(field => field.Key)));
        Assert.Equal(
            ["last", "train_reward", "top_reward", "low_reward", "random"], json["controls"]!.AsObject().Select(field => field.Key));
        Assert.Equal(1.0, json["checkpoints"]!.AsArray().Sum(row => (double?)row!["probability_best"] ?? 0), 9);
    }

    [Fact]
    public void TheOrderOfTheLinesAndTheFilesDoesNotMatter()
    {
        using var folder = new TempFolder();
        string[] lines = [.. Completions.Select(row => Line(row, row.Item4, null))];
        folder.Write("log.jsonl", lines);
        string whole = Rank(folder, "--window", "2", "--hardest", "40").Output;
        folder.Write("log.jsonl", [.. lines.Reverse()]);
        Assert.Equal(whole, Rank(folder, "--window", "2", "--hardest", "40").Output);
        folder.Write("split/10.jsonl", lines[8..]);
        folder.Write("split/9.jsonl", lines[..8]);
        string split = HoneProcess.Run(
            "rank", folder["split"], "--checkpoints", "1,2,3,4", "--window", "2", "--hardest", "40", "--json").Done().Output;
        Assert.Equal(whole, split.Replace("\"files\": 2", "\"files\": 1", StringComparison.Ordinal));
    }

    [Fact]
    public void CheckpointFoldersOfOtherTrainersGiveThePath()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        foreach (string name in (string[])["checkpoint-2", "checkpoint-4", "global_step_4"])
        {
            folder.WriteText($"out/{name}/config.json", "{}");
            folder.WriteText($"out/{name}/model.safetensors", "weights");
        }

        Directory.CreateDirectory(folder["out/logs"]);
        JsonObject json = HoneProcess.Run(
            "rank", folder["log.jsonl"], "--checkpoints", folder["out"], "--window", "2", "--hardest", "40", "--json").Done().Json;
        Assert.Equal([2, 4], json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        Assert.Equal(folder["out/checkpoint-4"], (string)json["pick"]!["path"]!);
    }

    [Fact]
    public void APipeGetsPlainText()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        Ran ran = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", "2,4", "--window", "2").Done();
        Assert.All(ran.Output, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~'), $"U+{(int)unit:X4}"));
        Assert.DoesNotContain(ran.Output.Split('\n'), line => line.Length > 100);
    }

    [Fact]
    public void WithoutAScoreThereIsNoPickAndNoLink()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item1 > 2 ? -1 : double.NaN, null))]);
        folder.WriteText("out/checkpoint-2/config.json", "{}");
        folder.WriteText("out/checkpoint-2/model.safetensors", "weights");
        string[] rank =
            ["rank", folder["log.jsonl"], "--checkpoints", folder["out"], "--window", "2", "--skip-invalid", "--link", "best"];
        Ran text = HoneProcess.Run(rank);
        Assert.Equal(3, text.Code);
        Assert.Contains("pick: none, for no checkpoint has a rollout with a finite log-probability and a finite reward in its window\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("error: " + folder["log.jsonl"] + ": there is no pick, and no link was made", text.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["out/best"]));
        Ran json = HoneProcess.Run([.. rank, "--json"]);
        Assert.Equal(3, json.Code);
        Assert.Null(json.Json["pick"]);
        Assert.False(json.Json.ContainsKey("link"));
    }

    [Fact]
    public void NoProbabilityIsAboveOne()
    {
        using var folder = new TempFolder();
        folder.Write("log.jsonl", [.. Completions.Select(row => Line(row, row.Item4, null))]);
        JsonObject json = Rank(folder, "--window", "2", "--checkpoints", "4").Json;
        Assert.InRange((double)json["checkpoints"]![0]!["probability_best"]!, 1 - 1e-12, 1);
    }

    private static Ran Rank(TempFolder folder, params string[] options)
    {
        string[] checkpoints = options.Contains("--checkpoints") ? [] : ["--checkpoints", "1,2,3,4"];
        return HoneProcess.Run(["rank", folder["log.jsonl"], "--json", .. checkpoints, .. options]).Done();
    }

    private static void AssertRow(JsonObject row, int step, double score, int hard, int samples, double threshold, double train)
    {
        Assert.Equal(step, (int)row["step"]!);
        Assert.Equal(score, (double)row["score"]!, 12);
        Assert.Equal((hard, samples), ((int)row["hard"]!, (int)row["samples"]!));
        Assert.Equal(threshold, (double)row["threshold"]!, 12);
        Assert.Equal(train, (double)row["train_reward"]!, 12);
    }

    private static string Line((int Step, string Prompt, int Sample, double, double Reward) row, double logProb, double? reference) =>
        new JsonObject
        {
            ["step"] = row.Step, ["prompt_id"] = row.Prompt, ["sample"] = row.Sample, ["mean_logprob"] = double.IsNaN(logProb) ? null : logProb,
            ["ref_mean_logprob"] = reference, ["reward"] = row.Reward,
        }.ToJsonString();
}
