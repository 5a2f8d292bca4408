using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>The `eval` section of `hone train`.</summary>
public sealed class TrainEvalTests
{
    [Fact]
    public void HeldOutResultsByStepAreWrittenAndShownAndTheWeightsAreThoseWithout()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("held.jsonl", 9, level: 1, seed: 77);
        string config = TinyRun.Train(folder, $"eval: {{data: {data}, every: 2, samples: 2, max_prompts: 6}}");
        Ran ran = HoneProcess.RunReporting("train", "--config", config, "--set", $"out={folder["with"]}").Done();
        JsonObject[] lines = TempFolder.Lines(folder["with/evals.jsonl"]);
        Assert.Equal([0, 2, 4], lines.Select(line => (int)line["step"]!));
        Assert.All(lines, line => Assert.Equal(
            ["step", "data_set", "accuracy", "low", "high", "prompts", "samples"], line.Select(field => field.Key)));
        Assert.All(lines, line => Assert.Equal(("held", 6, 2), ((string)line["data_set"]!, (int)line["prompts"]!, (int)line["samples"]!)));
        Assert.Contains("held-out held after step 2: ", ran.Error, StringComparison.Ordinal);
        Assert.Matches(@"training 3/4 steps.* \| held-out [01]\.\d{3} \| ugcs ", ran.Error);
        Assert.Contains("held-out evaluation", ran.Error, StringComparison.Ordinal);
        JsonObject run = JsonNode.Parse(File.ReadAllText(folder["with/run.json"]))!.AsObject();
        Assert.Equal((2, 6), ((int)run["config"]!["eval"]!["every"]!, (int)run["eval_prompts"]!));

        HoneProcess.Run("train", "--config", TinyRun.Train(folder), "--set", $"out={folder["without"]}").Done();
        Assert.Equal(
            File.ReadAllBytes(folder["without/checkpoints/step-000004/model.safetensors"]),
            File.ReadAllBytes(folder["with/checkpoints/step-000004/model.safetensors"]));

        // The last line is what `hone eval` says of the last checkpoint.
        folder.Write("first.jsonl", File.ReadAllLines(data)[..6]);
        JsonObject eval = HoneProcess.Run(
            "eval", "--model", folder["with/checkpoints/step-000004"], "--data", folder["first.jsonl"], "--samples", "2",
            "--max-tokens", "20", "--json").Done().Json;
        Assert.Equal((double)lines[^1]["accuracy"]!, (double)eval["accuracy"]!, 12);
        Assert.Equal((double)lines[^1]["low"]!, (double)eval["low"]!, 12);
    }

    [Fact]
    public void ARunThatWasKilledGoesOnToTheSameLines()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("held.jsonl", 5, level: 1, seed: 77);
        string config = TinyRun.Train(folder, $"eval: {{data: {data}, every: 1}}");
        HoneProcess.Run("train", "--config", config, "--set", $"out={folder["run"]}").Done();
        string straight = File.ReadAllText(folder["run/evals.jsonl"]);
        Directory.Delete(folder["run/checkpoints/step-000004"], recursive: true);
        string[] lines = File.ReadAllLines(folder["run/evals.jsonl"]);
        folder.WriteText("run/evals.jsonl", string.Join('\n', lines[..3]) + "\n" + lines[3][..20]);
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        Assert.Equal(straight, File.ReadAllText(folder["run/evals.jsonl"]));
    }

    [Theory]
    [InlineData("eval: {every: 2}", "'eval.data' is not set, expected a data set with answers.")]
    [InlineData("eval: {data: x.jsonl, every: 0}", "eval.every is 0, expected 1 or more.")]
    [InlineData("eval: {data: x.jsonl, samples: 0}", "eval.samples is 0, expected 1 or more.")]
    [InlineData("eval: {data: x.jsonl, max_prompts: -1}", "'eval.max_prompts' is -1")]
    [InlineData("eval: {data: x.jsonl, evry: 2}", "unknown key 'eval.evry'. Hint: did you mean 'eval.every'?")]
    [InlineData("evl: {data: x.jsonl}", "unknown key 'evl'. Hint: did you mean 'eval'?")]
    [InlineData("eval: 3", "'eval' is a value, expected a section of settings", 2)]
    public void AWrongSectionIsNamed(string line, string part, int problems = 1)
    {
        using var folder = new TempFolder();
        folder.Refuses(2, [part], ["train", "--config", TinyRun.Train(folder, line), "--set", $"out={folder["run"]}"], problems);
    }

    [Fact]
    public void AMissingHeldOutSetIsRefusedBeforeTheRunBegins()
    {
        using var folder = new TempFolder();
        string config = TinyRun.Train(folder, $"eval: {{data: {folder["none.jsonl"]}}}");
        folder.Refuses(3, ["none.jsonl: no such file"], ["train", "--config", config, "--set", $"out={folder["run"]}"]);
    }
}
