namespace Hone.Cli.Tests.Commands;

public sealed class EvalTests
{
    [Fact]
    public void TheDocumentHasTheKeysOfTheContractAndAddsUp()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 10, level: 1);
        Ran ran = HoneProcess.Run(Arguments(data, "--samples", "4", "--json")).Done();
        Assert.Equal(
            [
                "accuracy", "low", "high", "prompts", "samples", "pass_at", "maj_at", "mean_length", "format_failures", "truncated",
                "too_long", "right_of_samples",
            ],
            ran.Json.Select(field => field.Key));
        Assert.Equal(["1", "2", "4"], ran.Json["pass_at"]!.AsObject().Select(field => field.Key));
        Assert.Equal(["1", "2", "4"], ran.Json["maj_at"]!.AsObject().Select(field => field.Key));
        int[] histogram = [.. ran.Json["right_of_samples"]!.AsArray().Select(count => (int)count!)];
        Assert.Equal(5, histogram.Length);
        Assert.Equal(10, histogram.Sum());
        double right = histogram.Select((count, k) => (double)count * k).Sum();
        double accuracy = (double)ran.Json["accuracy"]!;
        Assert.Equal(right / 40, accuracy, 12);
        Assert.Equal(accuracy, (double)ran.Json["pass_at"]!["1"]!, 12);
        Assert.Equal((10.0 - histogram[0]) / 10, (double)ran.Json["pass_at"]!["4"]!, 12);
        Assert.InRange(accuracy, (double)ran.Json["low"]!, (double)ran.Json["high"]!);
    }

    [Fact]
    public void TheSameSeedGivesTheSameDocumentAndAnotherSeedAnother()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 10, level: 3);
        string Of(string seed) => HoneProcess.Run(Arguments(data, "--samples", "4", "--json", "--seed", seed)).Done().Output;
        Assert.Equal(Of("1"), Of("1"));
        Assert.NotEqual(Of("1"), Of("2"));
    }

    [Fact]
    public void ThreadsDoNotChangeTheResult()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 10, level: 3);
        string Of(string threads) => HoneProcess.Run(Arguments(data, "--samples", "2", "--json", "--threads", threads)).Done().Output;
        Assert.Equal(Of("1"), Of("2"));
    }

    [Fact]
    public void PromptsThatDoNotFitAreReported()
    {
        using var folder = new TempFolder();
        string row = File.ReadAllText(folder.Arithmetic("a.jsonl", 1)).Trim();
        string data = folder.Write("b.jsonl", row, $$"""{"id":"long","prompt":"{{new string('1', 300)}}","answer":"2"}""");
        Ran ran = HoneProcess.Run(Arguments(data)).Done();
        Assert.Contains("on 1 prompts, 1 samples each", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 prompts did not fit the model's 256 positions and were left out", ran.Output, StringComparison.Ordinal);
    }

    private static string[] Arguments(string data, params string[] more) =>
        ["eval", "--model", "arith-base", "--data", data, "--max-tokens", "40", .. more];
}
