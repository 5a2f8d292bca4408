using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone train` and the run folder that it writes.</summary>
public sealed class TrainTests(TrainTests.StraightRun straight) : IClassFixture<TrainTests.StraightRun>
{
    // Log-probabilities of tokens are written with four decimals.
    private const double HalfOfTheLastDecimal = 0.5e-4;

    [Fact]
    public void TheRunFileHoldsTheResolvedConfiguration()
    {
        JsonObject run = JsonNode.Parse(File.ReadAllText(straight["run/run.json"]))!.AsObject();
        Assert.Equal(
            ["command", "version", "machine", "kernels", "threads", "seed", "parameters", "data_hash", "prompts", "config"],
            run.Select(field => field.Key));
        Assert.Equal(("train", 1, 12), ((string)run["command"]!, (int)run["seed"]!, (int)run["prompts"]!));
        Assert.Matches("^[0-9a-f]{64}$", (string)run["data_hash"]!);
        JsonObject config = run["config"]!.AsObject();
        Assert.Equal((4, 3, 4), ((int)config["steps"]!, (int)config["prompts_per_step"]!, (int)config["group_size"]!));
        Assert.Equal("""{"numeric_answer":1}""", config["rewards"]!.ToJsonString());
        Assert.Equal((1e-3, 0.9), ((double)config["optimizer"]!["learning_rate"]!, (double)config["optimizer"]!["beta1"]!));
        Assert.Equal(straight["run"], (string)config["out"]!);
    }

    [Fact]
    public void TheMetricsHaveALineAStep()
    {
        JsonObject[] lines = TempFolder.Lines(straight["run/metrics.jsonl"]);
        Assert.Equal([1, 2, 3, 4], lines.Select(line => (int)line["step"]!));
        Assert.All(lines, line =>
        {
            // Every second step has a checkpoint.
            Assert.Equal(
                [
                    "step", "reward", "correct", "format_ok", "truncated", "length", "entropy", "mean_logprob", "zero_variance",
                    "loss", "clip_low", "clip_high", "ratio_deviation", "grad_norm", "learning_rate", "updates_skipped", "tokens",
                    "seconds_sampling", "seconds_training", .. (int)line["step"]! % 2 == 0 ? ["ugcs_score", "ugcs_low", "ugcs_high"] : Array.Empty<string>(),
                ],
                line.Select(field => field.Key));
            Assert.Equal(0.0, (double)line["ratio_deviation"]!);
            Assert.Equal(1e-3, (double)line["learning_rate"]!, 12);
        });
    }

    [Fact]
    public void TheRolloutsHaveTheFieldsOfTheContractAndAgreeWithTheMetrics()
    {
        JsonObject[] metrics = TempFolder.Lines(straight["run/metrics.jsonl"]);
        for (int step = 1; step <= 4; step++)
        {
            JsonObject[] lines = TempFolder.Lines(straight[$"run/rollouts/step-{step:D6}.jsonl"]);
            Assert.Equal(12, lines.Length);
            Assert.All(lines, line =>
            {
                Assert.Equal(
                    [
                        "step", "prompt_id", "sample", "prompt", "completion", "answer", "reward", "rewards", "correct", "format_ok",
                        "truncated", "tokens", "mean_logprob", "sum_logprob", "min_logprob", "mean_entropy", "ref_mean_logprob",
                        "advantage", "temperature", "policy_step", "tail_logprob", "self_certainty", "token_ids", "token_logprobs",
                    ],
                    line.Select(field => field.Key));
                Assert.Equal((step, step - 1), ((int)line["step"]!, (int)line["policy_step"]!));
                int tokens = (int)line["tokens"]!;
                Assert.InRange(tokens, 1, 20);
                Assert.Equal((double)line["sum_logprob"]!, (double)line["mean_logprob"]! * tokens, 9);
                Assert.True((double)line["min_logprob"]! <= (double)line["mean_logprob"]!);
                Assert.InRange((double)line["tail_logprob"]!, (double)line["min_logprob"]!, (double)line["mean_logprob"]!);
                Assert.True((double)line["self_certainty"]! > 0);
                double[] logProbs = [.. line["token_logprobs"]!.AsArray().Select(value => (double)value!)];
                Assert.Equal((tokens, tokens), (logProbs.Length, line["token_ids"]!.AsArray().Count));
                Assert.Equal((double)line["mean_logprob"]!, logProbs.Average(), HalfOfTheLastDecimal + 1e-12);
                Assert.Equal((bool)line["correct"]! ? 1.0 : 0.0, (double)line["reward"]!);
            });
            Assert.Equal((double)metrics[step - 1]["reward"]!, lines.Average(line => (double)line["reward"]!), 12);
            Assert.Equal((long)metrics[step - 1]["tokens"]!, lines.Sum(line => (long)line["tokens"]!));
            Assert.All(lines.GroupBy(line => (string)line["prompt_id"]!), group =>
            {
                Assert.Equal([0, 1, 2, 3], group.Select(line => (int)line["sample"]!));
                Assert.Equal(0.0, group.Sum(line => (double)line["advantage"]!), 9);
            });
        }
    }

    [Fact]
    public void TheCheckpointsAreModelFoldersThatDifferFromEachOther()
    {
        string[] names = ["step-000002", "step-000004"];
        Assert.Equal(names, Directory.EnumerateDirectories(straight["run/checkpoints"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(names, name =>
        {
            string checkpoint = straight[$"run/checkpoints/{name}"];
            Assert.All(
                ["config.json", "model.safetensors", "tokenizer.json", "generation_config.json", "trainer/state.json"],
                file => Assert.True(File.Exists(Path.Combine(checkpoint, file)), file));
            Assert.NotEmpty(HoneProcess.Run("generate", "--model", checkpoint, "--prompt", "1+1=", "--max-tokens", "8").Done().Output);
        });
        Assert.NotEqual(
            File.ReadAllBytes(straight["run/checkpoints/step-000002/model.safetensors"]),
            File.ReadAllBytes(straight["run/checkpoints/step-000004/model.safetensors"]));
    }

    [Fact]
    public void TheSameSeedRepeatsTheRunOnAnotherNumberOfThreads()
    {
        using var folder = new TempFolder();
        HoneProcess.Run("train", "--config", TinyRun.Train(folder), "--set", $"out={folder["run"]}", "--set", "threads=1").Done();
        SameRun.Assert(straight["run"], folder["run"]);
    }

    [Fact]
    public void AnotherSeedGivesOtherRollouts()
    {
        using var folder = new TempFolder();
        HoneProcess.Run("train", "--config", TinyRun.Train(folder), "--set", $"out={folder["run"]}", "--set", "seed=2", "--set", "steps=1").Done();
        const string First = "run/rollouts/step-000001.jsonl";
        Assert.NotEqual(File.ReadAllText(straight[First]), File.ReadAllText(folder[First]));
    }

    [Fact]
    public void ARunThatWasStoppedGoesOnToTheSameBytes()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        using var error = new StopAt("training 3/4", stop);
        Ran stopped = HoneProcess.Run(
            ["train", "--config", TinyRun.Train(folder), "--set", $"out={folder["run"]}"], error, new JumpingTime(), stop.Token);
        Assert.Equal(HoneCommand.Interrupted, stopped.Code);
        Assert.Equal($"stopped after step 3 of 4; go on with: hone train --resume {folder["run"]}\n", stopped.Output);
        Assert.Contains("stopping at the end of this step; Ctrl-C again stops at once", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(folder["run/metrics.jsonl"]).Length);
        Assert.True(Directory.Exists(folder["run/checkpoints/step-000003"]));

        Ran resumed = HoneProcess.Run("train", "--resume", folder["run"]).Done();
        Assert.Contains("resuming run after step 3", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("; deleted: 3, saved to go on from alone\n", resumed.Error, StringComparison.Ordinal);
        SameRun.Assert(straight["run"], folder["run"]);
    }

    [Fact]
    public void ARunThatWasKilledBetweenCheckpointsGoesOnToTheSameBytes()
    {
        using var folder = new TempFolder();
        TempFolder.Copy(straight["run"], folder["run"]);
        Directory.Delete(folder["run/checkpoints/step-000004"], recursive: true);
        string[] metrics = File.ReadAllLines(folder["run/metrics.jsonl"]);
        folder.WriteText("run/metrics.jsonl", string.Join('\n', metrics[..3]) + "\n" + metrics[3][..40]);
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        SameRun.Assert(straight["run"], folder["run"]);
    }

    [Fact]
    public void AFinishedRunStaysAsItIs()
    {
        using var folder = new TempFolder();
        TempFolder.Copy(straight["run"], folder["run"]);
        string[] before = folder.Content;
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        Assert.Equal(before, folder.Content);
    }

    [Theory]
    [InlineData("trainer/state.json", "{}", "no whole number 'step'")]
    [InlineData("trainer/optimizer.safetensors", "short", "expected at least the 8 bytes")]
    public void ADamagedTrainerStateWithoutManifestIsRefused(string file, string text, string part)
    {
        using var folder = new TempFolder();
        TempFolder.Copy(straight["run"], folder["run"]);
        File.Delete(folder["run/checkpoints/step-000004/manifest.json"]);
        folder.WriteText("run/checkpoints/step-000004/" + file, text);
        folder.Refuses(3, [part], ["train", "--resume", folder["run"]]);
    }

    [Fact]
    public void TheRunCanBeRankedInBothReadings()
    {
        foreach (string reading in (string[])["paper", "reference-code"])
        {
            JsonObject json = HoneProcess.Run("rank", straight["run"], "--window", "2", "--as", reading, "--json").Done().Json;
            Assert.Equal(reading, (string)json["method"]!["as"]!);
            Assert.Equal([2, 4], json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
            int pick = (int)json["pick"]!["step"]!;
            Assert.Equal(straight[$"run/checkpoints/step-{pick:D6}"], (string)json["pick"]!["path"]!);
        }
    }

    [Fact]
    public void WithAKlTermTheReferenceIsRecordedAndRanked()
    {
        using var folder = new TempFolder();
        HoneProcess.Run("train", "--config", TinyRun.Train(folder), "--set", $"out={folder["run"]}", "--set", "loss.kl_coefficient=0.1",
            "--set", "steps=2", "--set", "save_text=false").Done();
        JsonObject[] first = TempFolder.Lines(folder["run/rollouts/step-000001.jsonl"]);
        JsonObject[] second = TempFolder.Lines(folder["run/rollouts/step-000002.jsonl"]);

        // The policy of the first step is the reference itself; one update later it is not.
        Assert.All(first, line => Assert.Equal((double)line["mean_logprob"]!, (double)line["ref_mean_logprob"]!));
        Assert.Contains(second, line => (double)line["mean_logprob"]! != (double)line["ref_mean_logprob"]!);
        Assert.All(first, line => Assert.True(line["prompt"] is null && line["completion"] is null && line["answer"] is null));

        // Token ids are the text; log-probabilities are not.
        Assert.All(first, line => Assert.True(line["token_ids"] is null && line["token_logprobs"]!.AsArray().Count == (int)line["tokens"]!));
        JsonObject[] metrics = TempFolder.Lines(folder["run/metrics.jsonl"]);
        Assert.Equal(0.0, (double)metrics[0]["kl"]!);
        Assert.True((double)metrics[1]["kl"]! > 0);
        Ran ran = HoneProcess.Run("rank", folder["run"], "--window", "1", "--as", "reference-code", "--json").Done();
        Assert.Equal("reference_anll", (string)ran.Json["method"]!["uncertainty"]!);
    }

    [Fact]
    public void OnlyRunsOfTrainResume()
    {
        using var folder = new TempFolder();
        HoneProcess.Run("sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["run"]}").Done();
        folder.Refuses(
            3, ["is a run of hone sft", $"Hint: go on with it by hone sft --resume {folder["run"]}"], ["train", "--resume", folder["run"]]);
        folder.WriteText("run/run.json", """{"command":"other"}""");
        folder.Refuses(3, ["only runs of hone train resume"], ["train", "--resume", folder["run"]]);
        Directory.CreateDirectory(folder["empty"]);
        folder.Refuses(3, ["has no run.json"], ["train", "--resume", folder["empty"]]);
    }

    /// <summary>One run that most tests look at.</summary>
    public sealed class StraightRun : IDisposable
    {
        private readonly TempFolder _folder = new();

        public StraightRun() =>
            HoneProcess.Run("train", "--config", TinyRun.Train(_folder), "--set", $"out={_folder["run"]}").Done();

        internal string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();
    }
}
