using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>What `hone score` says of its scores, and `--check`.</summary>
public sealed class ScoreCheckTests
{
    private const string Figures = "check";

    [Fact]
    public void TheHistogramMarksTheMeanAndFitsAPipe()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 60);
        Ran ran = Score(folder).Done();
        Assert.All(ran.Output, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~'), $"U+{(int)unit:X4}"));
        Assert.DoesNotContain(ran.Output.Split('\n'), line => line.Length > 100);
        string marked = Assert.Single(ran.Output.Split('\n'), line => line.EndsWith("< mean", StringComparison.Ordinal));
        JsonObject distribution = Score(folder, "--json").Done().Json["distribution"]!.AsObject();
        double mean = (double)distribution["mean"]!;
        double[] s = [.. TempFolder.Lines(folder["s.jsonl"]).Select(line => (double)line["probability"]!)];
        Assert.Equal(s.Average(), mean, 12);
        Assert.StartsWith(FormattableString.Invariant($"  {Math.Floor(mean * 20) / 20:F2} to "), marked, StringComparison.Ordinal);
        Assert.Equal(20, distribution["histogram"]!.AsArray().Count);
        Assert.Equal(60, distribution["histogram"]!.AsArray().Sum(count => (int)count!));
        Assert.Equal(s.Min(), (double)distribution["quantiles"]![0]!["value"]!);
        Assert.Contains("quantiles: least ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void FewPromptsAreSaidToBeFew()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 3);
        Assert.Contains("3 prompts are too few", Score(folder).Done().Output, StringComparison.Ordinal);
        JsonNode finding = Assert.Single(Score(folder, "--json").Done().Json["findings"]!.AsArray())!;
        Assert.Equal("few_prompts", (string)finding["id"]!);
        Assert.NotEmpty((string)finding["next_step"]!);
    }

    [Fact]
    public void ACheckSetsPassRatesBesideScoresAndGoesOnWhereItStopped()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 30);
        string[] options = ["--check", "12", "--samples", "4", "--max-tokens", "24", "--json"];
        JsonObject json = Score(folder, options).Done().Json;
        JsonObject check = json[Figures]!.AsObject();
        Assert.Equal((12, 4, folder["s-check"]), ((int)check["prompts"]!, (int)check["samples"]!, (string)check["folder"]!));
        Assert.True((double)check["scoring_seconds_per_prompt"]! > 0 && (double)check["sampling_seconds_per_prompt"]! > 0);
        Assert.Equal(
            (double)check["sampling_seconds_per_prompt"]! / (double)check["scoring_seconds_per_prompt"]!, (double)check["speed_up"]!, 9);

        // Done again by hand from the two files.
        JsonObject[] samples = TempFolder.Lines(folder["s-check/check.jsonl"]);
        Assert.Equal(48, samples.Length);
        Dictionary<string, double> rates = samples.GroupBy(line => (string)line["id"]!)
            .ToDictionary(group => group.Key, group => group.Average(line => (bool)line["correct"]! ? 1.0 : 0.0));
        Dictionary<string, double> s = TempFolder.Lines(folder["s.jsonl"]).ToDictionary(line => (string)line["id"]!, line => (double)line["probability"]!);
        Assert.Equal(rates.Values.Average(), (double)check["mean_pass_rate"]!, 12);
        Assert.Equal(rates.Values.Count(rate => rate is > 0 and < 1), (int)check["learnable"]!);
        Assert.Equal(samples.Count(line => (bool)line["truncated"]!) / 48.0, (double)check["truncated"]!, 12);
        string[] solved = [.. rates.Where(pair => pair.Value >= 0.5).Select(pair => pair.Key)], rest = [.. rates.Keys.Except(solved)];
        Assert.NotEmpty(solved);
        Assert.NotEmpty(rest);
        double wins = solved.Sum(one => rest.Sum(other => s[one] > s[other] ? 1.0 : s[one] == s[other] ? 0.5 : 0.0));
        Assert.Equal(wins / (solved.Length * rest.Length), (double)check["auc_solved"]!["value"]!, 12);

        // Half of the samples away, as after a stop: the same ones are made again.
        string[] lines = File.ReadAllLines(folder["s-check/check.jsonl"]);
        File.WriteAllLines(folder["s-check/check.jsonl"], lines[..20]);
        JsonObject again = Score(folder, options).Done().Json[Figures]!.AsObject();
        Assert.Equal(lines, File.ReadAllLines(folder["s-check/check.jsonl"]));
        Assert.Equal(check["auc_solved"]!.ToJsonString(), again["auc_solved"]!.ToJsonString());
        Assert.Equal(check["spearman"]?.ToJsonString(), again["spearman"]?.ToJsonString());
        Assert.Equal(76, (int)JsonNode.Parse(File.ReadAllText(folder["s-check/timing.json"]))!["completions"]!);

        Ran text = Score(folder, options[..^1]).Done();
        Assert.Contains("check: 12 prompts, 4 samples each, judged by numeric_answer", text.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  \d+\.\d % of the samples were cut off by the token limit\n", text.Output);
        Assert.Matches(@"seconds a prompt: \S+ scoring, \S+ sampling; scoring is [\d.]+ times as fast", text.Output);
    }

    [Fact]
    public void SamplesThatAreAllCutOffAreSaidWithWhatToDo()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 6);
        JsonObject json = Score(folder, "--check", "4", "--samples", "2", "--max-tokens", "1", "--json").Done().Json;
        Assert.Equal((1.0, 0), ((double)json[Figures]!["truncated"]!, (int)json[Figures]!["learnable"]!));
        Assert.Equal(["few_prompts", "truncated_samples", "none_learnable"], json["findings"]!.AsArray().Select(finding => (string)finding!["id"]!));
        Ran text = Score(folder, "--check", "4", "--samples", "2", "--max-tokens", "1").Done();
        Assert.Contains("100.0 % of the samples were cut off by the token limit", text.Output, StringComparison.Ordinal);
        Assert.Contains("(none_learnable)", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherCheckDoesNotGoOnInTheSameFolder()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 6);
        Score(folder, "--check", "3", "--samples", "2", "--max-tokens", "8").Done();
        Ran ran = Score(folder, "--check", "3", "--samples", "3", "--max-tokens", "8");
        Assert.Equal(3, ran.Code);
        Assert.Contains("settings.samples is 2, this evaluation has 3", ran.Error, StringComparison.Ordinal);
        folder.WriteText("s-check/timing.json", "[]");
        Assert.Contains("timing.json", Score(folder, "--check", "3", "--samples", "2", "--max-tokens", "8").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsThatDoNotGoTogetherAreUsageErrors()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 3);
        string[] score = ["score", "--model", "arith-base", "--data", folder["a.jsonl"], "--out", folder["s.jsonl"]];
        folder.Refuses(2, ["--check 0"], [.. score, "--check", "0"]);
        folder.Refuses(2, ["--samples 0"], [.. score, "--check", "3", "--samples", "0"]);
        folder.Refuses(2, ["--samples goes with --check"], [.. score, "--samples", "4"]);
        folder.Refuses(2, ["--check does not go with --rollouts"], ["score", "--rollouts", folder["a.jsonl"], "--model", "arith-base", "--check", "3"]);
        folder.Write("bare.jsonl", """{"prompt":"1+1="}""");
        folder.Refuses(3, ["bare.jsonl", "answer"],
            ["score", "--model", "arith-base", "--data", folder["bare.jsonl"], "--out", folder["s.jsonl"], "--target", "prompt", "--check", "3"]);
    }

    private static Ran Score(TempFolder folder, params string[] options) => HoneProcess.Run(
        ["score", "--model", "arith-base", "--data", folder["a.jsonl"], "--out", folder["s.jsonl"], .. options]);
}
