using System.Text.Json.Nodes;

namespace Hone.Cli.Tests;

/// <summary>Real models and data from the shared folder.</summary>
public sealed class SharedModelTests
{
    [Fact]
    public void Stories260KWritesWhatItsOwnProgramWrites()
    {
        string model = Shared.At("models/stories260K");
        Ran ran = HoneProcess.Run("generate", "--model", model, "--prompt", "", "--temperature", "0").Done();
        Assert.Equal(File.ReadAllText(Path.Combine(model, "expected_greedy_200.txt")), ran.Output);
    }

    [Fact]
    public void ACharacterOfSeveralByteTokensHasALogProbForEach()
    {
        string model = Shared.At("models/stories260K");
        JsonObject json = HoneProcess.Run(
            "generate", "--model", model, "--prompt", "hi \ud83d\ude00", "--echo", "--max-tokens", "0", "--logprobs", "--json").Done().Json;
        JsonArray logProbs = json["logprobs"]!.AsArray();
        Assert.Equal("<s> hi \ud83d\ude00", (string)json["text"]!);
        Assert.Equal((int)json["prompt_tokens"]!, logProbs.Count);
        Assert.Null(logProbs[0]);
        Assert.All(logProbs.Skip(1), Assert.NotNull);
    }

    [Fact]
    public void TheVerlArithmeticModelLoadsAndGenerates()
    {
        string model = Shared.At("data/verl-arithmetic/model");
        string[] arguments = ["generate", "--model", model, "--prompt", "1,2,3,", "--max-tokens", "8", "--json", "--logprobs"];
        JsonObject json = HoneProcess.Run(arguments).Done().Json;
        Assert.Equal(6, (int)json["prompt_tokens"]!);
        Assert.InRange(json["tokens"]!.AsArray().Count, 1, 8);
        Assert.Equal(json["tokens"]!.AsArray().Count, json["logprobs"]!.AsArray().Count);
        Assert.NotEmpty((string)json["text"]!);
    }

    [Fact]
    public void ASliceOfGsm8KIsScoredAndATenthIsKept()
    {
        string[] rows = File.ReadAllLines(Shared.At("data/gsm8k/train.jsonl"));
        using var folder = new TempFolder();

        // The last ten are the longest, of which one does not fit.
        string[] slice = [.. rows.Take(290), .. rows.Skip(290).OrderByDescending(row => row.IndexOf("\"answer\"", StringComparison.Ordinal)).Take(10)];
        ScoreAndSelect(folder, folder.Write("slice.jsonl", slice), 300);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void AllOfGsm8KIsScoredAndATenthIsKept()
    {
        Shared.OnlyWhenLong();
        using var folder = new TempFolder();
        ScoreAndSelect(folder, Shared.At("data/gsm8k/train.jsonl"), 7473);
    }

    [Fact]
    public void TheRealLogOfAnotherTrainerThatLacksAFieldIsRefusedInALine()
    {
        using var folder = new TempFolder();
        folder.Refuses(3, ["data.jsonl: 3000 of 3000 records have no finite log-probability", "hone score --rollouts"], ["rank", Shared.At("data/rl-logging-board/data.jsonl"), "--checkpoints", "1"]);
    }

    private static void ScoreAndSelect(TempFolder folder, string data, int rows)
    {
        string model = Shared.At("models/stories260K");
        JsonObject score = HoneProcess.Run("score", "--model", model, "--data", data, "--out", folder["s.jsonl"], "--json").Done().Json;
        int scored = (int)score["scored"]!;
        int tooLong = (int)score["too_long"]!;
        Assert.True(tooLong > 0);
        Assert.Equal(rows, scored + tooLong);
        Assert.Equal(scored, File.ReadAllLines(folder["s.jsonl"]).Length);

        Ran select = HoneProcess.Run("select", "--scores", folder["s.jsonl"], "--data", data, "--fraction", "0.1", "--out", folder["k.jsonl"]).Done();
        string[] kept = File.ReadAllLines(folder["k.jsonl"]);
        Assert.Equal(scored / 10, kept.Length);
        Assert.Contains($"{tooLong} of {rows} rows have no score (too long for the model", select.Output, StringComparison.Ordinal);
        HashSet<string> originals = [.. File.ReadLines(data).Select(line => line[..^1])];
        Assert.All(kept, line => Assert.Contains(line[..line.IndexOf(", \"hone_confidence\"", StringComparison.Ordinal)], originals));
    }
}
