using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class DataArithmeticTests
{
    [Fact]
    public void ItWritesPromptsThatTheirSolutionsSolve()
    {
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run("data", "arithmetic", "--count", "50", "--level", "3", "--seed", "5", "--out", folder["new/a.jsonl"]).Done();
        Assert.Equal($"50 prompts of level 3 in {folder["new/a.jsonl"]}\n", ran.Output);
        JsonObject[] rows = TempFolder.Lines(folder["new/a.jsonl"]);
        Assert.Equal(50, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.Equal(["id", "prompt", "answer", "solution"], row.Select(field => field.Key));
            Assert.EndsWith($" <answer> {row["answer"]}</answer>", (string)row["solution"]!, StringComparison.Ordinal);
        });
        Assert.Equal(50, rows.Select(row => (string)row["prompt"]!).Distinct().Count());
    }

    [Fact]
    public void TheSeedDecidesAndALongerSetBeginsWithTheShorter()
    {
        using var folder = new TempFolder();
        string[] five = File.ReadAllLines(folder.Arithmetic("a", 5, seed: 1));
        string[] ten = File.ReadAllLines(folder.Arithmetic("b", 10, seed: 1));
        string[] other = File.ReadAllLines(folder.Arithmetic("c", 5, seed: 2));
        Assert.Equal(five, ten[..5]);
        Assert.NotEqual(five, other);
    }
}
