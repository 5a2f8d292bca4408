using System.Text.Json.Nodes;
using Hone.Engine.Kernels;
using Hone.Inference;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone score --rollouts`: logs of other trainers get log-probabilities, and can be ranked by them.</summary>
public sealed class ScoreRolloutsTests
{
    // step, prompt, completion, reward
    private static readonly (int Step, string Prompt, string Completion, double Reward)[] Rows =
    [
        (1, "1+2=", "<answer> 3</answer>", 1), (1, "1+2=", "é 4", 0), (1, "3+4=", "<answer> 7</answer>", 1), (1, "3+4=", "12", 0),
        (2, "1+2=", "3", 1), (2, "1+2=", "<answer>", 0), (2, "5+5=", "<answer> 10</answer>", 1), (2, "5+5=", "\n\n", 0),
    ];

    [Fact]
    public void A_verl_log_is_scored_as_its_text_is_and_ranked_by_it()
    {
        using var folder = new TempFolder();
        WriteVerl(folder, "v", Rows);
        Ran ran = Score(folder, "v", "--json");
        Assert.Equal(("verl", 8, 8, 0), ((string)ran.Json["format"]!, (int)ran.Json["completions"]!, (int)ran.Json["scored"]!, (int)ran.Json["resumed"]!));
        Assert.Equal(folder["v/hone-logprobs.jsonl"], (string)ran.Json["out"]!);
        double[] direct = Direct(Rows);
        Assert.Equal(direct, Scores(folder["v/hone-logprobs.jsonl"]).Select(line => (double)line["mean_logprob"]!));
        Assert.Equal(direct.Average(), (double)ran.Json["mean_logprob"]!, 12);

        // The same rollouts with the same numbers in our own form.
        folder.Write("own.jsonl", [.. Rows.Select((row, i) => new JsonObject
        {
            ["step"] = row.Step, ["prompt_id"] = row.Prompt, ["sample"] = i % 2, ["mean_logprob"] = -1.0, ["ref_mean_logprob"] = direct[i],
            ["reward"] = row.Reward,
        }.ToJsonString())]);
        JsonObject own = Rank(folder, "own.jsonl", "reference-code").Done().Json, scored = Rank(folder, "v", "reference-code").Done().Json;
        foreach (string part in (string[])["method", "pick", "checkpoints", "controls"])
        {
            Assert.Equal(own[part]!.ToJsonString(), scored[part]!.ToJsonString());
        }

        Assert.Contains(scored["warnings"]!.AsArray(), warning => (string)warning!["id"]! == "added_logprobs");
        folder.Refuses(3, ["8 of 8 records have no finite log-probability", "the reference model: rank it with --as reference-code"],
            ["rank", folder["v"], "--checkpoints", "1,2", "--window", "1"]);
    }

    [Fact]
    public void A_logging_board_file_is_scored_beside_itself()
    {
        using var folder = new TempFolder();
        folder.Write("board.jsonl", [.. Rows.Select(row => new JsonObject
        {
            ["prompt"] = row.Prompt, ["response"] = row.Completion, ["reward"] = row.Reward, ["step"] = row.Step,
        }.ToJsonString())]);
        string text = Score(folder, "board.jsonl", "--as", "policy").Output;
        Assert.StartsWith($"8 completions scored into {folder["board.jsonl.hone-logprobs.jsonl"]}, mean log-probability -", text, StringComparison.Ordinal);
        Assert.Equal(Direct(Rows), Scores(folder["board.jsonl.hone-logprobs.jsonl"]).Select(line => (double)line["mean_logprob"]!));
        JsonObject json = Rank(folder, "board.jsonl", "paper").Done().Json;
        Assert.Equal("anll", (string)json["method"]!["uncertainty"]!);
        Assert.Equal([4, 4], json["checkpoints"]!.AsArray().Select(row => (int)row!["samples"]!));
    }

    [Fact]
    public void A_stopped_scoring_goes_on_to_the_same_bytes_and_new_steps_are_added()
    {
        using var folder = new TempFolder();
        WriteVerl(folder, "v", Rows[..4]);
        Score(folder, "v");
        string path = folder["v/hone-logprobs.jsonl"];
        byte[] straight = File.ReadAllBytes(path);
        for (int cut = 10; cut < straight.Length; cut += 97)
        {
            File.WriteAllBytes(path, straight[..cut]);
            Ran ran = Score(folder, "v", "--json");
            Assert.Equal(4, (int)ran.Json["scored"]! + (int)ran.Json["resumed"]!);
            Assert.Equal(straight, File.ReadAllBytes(path));
        }

        WriteVerl(folder, "v", Rows);
        Assert.Contains($"Hint: if the log has grown, run hone score --rollouts {folder["v"]} again", Rank(folder, "v", "reference-code").Error, StringComparison.Ordinal);
        Ran more = Score(folder, "v", "--json");
        Assert.Equal((4, 4), ((int)more.Json["scored"]!, (int)more.Json["resumed"]!));
        Assert.Equal(Direct(Rows), Scores(path).Select(line => (double)line["mean_logprob"]!));
        Rank(folder, "v", "reference-code").Done();
    }

    [Fact]
    public void Ctrl_c_keeps_what_is_scored()
    {
        using var folder = new TempFolder();
        WriteVerl(folder, "v", [.. Enumerable.Range(0, 600).Select(i => (1 + (i / 300), $"{i}+1=", $"<answer> {i + 1}</answer>", 1.0))]);
        using var stop = new CancellationTokenSource();
        using var error = new StopAt("scoring ", stop);
        Ran stopped = HoneProcess.Run(
            ["score", "--rollouts", folder["v"], "--model", "arith-base"], error, new JumpingTime(), stop.Token);
        Assert.Equal(1, stopped.Code);
        int kept = Scores(folder["v/hone-logprobs.jsonl"]).Length;
        Assert.InRange(kept, 1, 599);
        Ran rest = Score(folder, "v", "--json");
        Assert.Equal((kept, 600 - kept), ((int)rest.Json["resumed"]!, (int)rest.Json["scored"]!));
        Assert.Equal(600, Scores(folder["v/hone-logprobs.jsonl"]).Length);
    }

    [Fact]
    public void Completions_without_a_score_are_said_and_not_tried_again()
    {
        using var folder = new TempFolder();
        WriteVerl(folder, "v", [Rows[0], (1, "1+2=", "", 0), (1, "1+2=", new string('1', 300), 0)]);
        Ran ran = Score(folder, "v");
        Assert.Contains("1 did not fit the model's 256 positions", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 are empty", ran.Output, StringComparison.Ordinal);
        Assert.Equal(3, (int)Score(folder, "v", "--json").Json["resumed"]!);
        Assert.Contains("2 of 3 records have no finite log-probability", Rank(folder, "v", "reference-code", "1").Error, StringComparison.Ordinal);
        Ran ranked = HoneProcess.Run(
            "rank", folder["v"], "--checkpoints", "1", "--as", "reference-code", "--window", "1", "--skip-invalid", "--json").Done();
        Assert.Equal(1, (int)ranked.Json["checkpoints"]![0]!["samples"]!);
    }

    [Fact]
    public void Another_model_or_meaning_or_log_is_refused()
    {
        using var folder = new TempFolder();
        WriteVerl(folder, "v", Rows);
        Score(folder, "v");
        string other = folder.Model("other");
        File.AppendAllText(Path.Combine(other, "generation_config.json"), "\n");
        folder.Refuses(3, ["holds reference log-probabilities of arith-base"], ["score", "--quiet", "--rollouts", folder["v"], "--model", other]);
        folder.Refuses(3, ["one model a file"], ["score", "--quiet", "--rollouts", folder["v"], "--model", "arith-base", "--weights", "bf16"]);
        Ran meaning = HoneProcess.Run("score", "--rollouts", folder["v"], "--model", "arith-base", "--as", "policy");
        Assert.Equal(3, meaning.Code);
        Assert.Contains("warning: --as policy: one model's scores", meaning.Error, StringComparison.Ordinal);
        Assert.Contains("one meaning a file", meaning.Error, StringComparison.Ordinal);
        folder.Refuses(3, ["no such file"], ["score", "--rollouts", folder["none"], "--model", "arith-base"]);
        WriteVerl(folder, "v", [(1, "9+9=", "18", 1), .. Rows[1..]]);
        folder.Refuses(3, ["1.jsonl has changed since"], ["rank", folder["v"], "--checkpoints", "1,2", "--as", "reference-code"]);
        folder.Refuses(3, ["1.jsonl has changed since"], ["score", "--quiet", "--rollouts", folder["v"], "--model", "arith-base"]);
    }

    [Theory]
    [InlineData("--data does not go with --rollouts", "--rollouts", "v", "--data", "x")]
    [InlineData("--target does not go with --rollouts", "--rollouts", "v", "--target", "prompt")]
    [InlineData("--as goes with --rollouts alone", "--data", "x", "--out", "y", "--as", "policy")]
    [InlineData("Option '--out' is required.", "--data", "x")]
    [InlineData("Option '--data' is required.", "--out", "x")]
    public void Options_of_prompts_and_of_logs_do_not_mix(string problem, params string[] options)
    {
        using var folder = new TempFolder();
        folder.Refuses(2, [problem], ["score", "--model", "arith-base", .. options]);
    }

    private static Ran Score(TempFolder folder, string log, params string[] options) =>
        HoneProcess.Run(["score", "--rollouts", folder[log], "--model", "arith-base", .. options]).Done();

    private static Ran Rank(TempFolder folder, string log, string reading, string steps = "1,2") =>
        HoneProcess.Run("rank", folder[log], "--checkpoints", steps, "--window", "1", "--hardest", "50", "--as", reading, "--json");

    private static JsonObject[] Scores(string path) => [.. TempFolder.Lines(path).Where(line => line.ContainsKey("row"))];

    private static void WriteVerl(TempFolder folder, string name, (int Step, string Prompt, string Completion, double Reward)[] rows)
    {
        foreach (var step in rows.GroupBy(row => row.Step))
        {
            folder.Write($"{name}/{step.Key}.jsonl", [.. step.Select(row => new JsonObject
            {
                ["input"] = row.Prompt, ["output"] = row.Completion, ["gts"] = "?", ["score"] = row.Reward, ["step"] = row.Step,
            }.ToJsonString())]);
        }
    }

    /// <summary>The means that the model gives for the texts themselves, one by one.</summary>
    private static double[] Direct((int Step, string Prompt, string Completion, double Reward)[] rows)
    {
        using var output = new StringWriter();
        var context = new CommandContext { Output = output, Error = output };
        using LoadedModel model = LoadedModel.Load(context, "arith-base", 1, WeightFormat.F32);
        return [.. rows.Select(row =>
        {
            double mean = double.NaN;
            model.Text.Score([new ScoringRequest(row.Prompt + row.Completion, row.Prompt.Length)],
                (_, score) => mean = score!.LogProbs.Average(value => (double)value));
            return mean;
        })];
    }
}
