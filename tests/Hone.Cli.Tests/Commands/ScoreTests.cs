using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class ScoreTests
{
    [Theory]
    [InlineData("answer")]
    [InlineData("solution")]
    [InlineData("completion")]
    [InlineData("prompt")]
    public void EveryTargetGivesOneSoundLineAPrompt(string target)
    {
        using var folder = new TempFolder();
        JsonObject[] rows = TempFolder.Lines(folder.Arithmetic("a.jsonl", 12));
        Ran ran = Score(folder, "s.jsonl", target);
        JsonObject[] scores = TempFolder.Lines(folder["s.jsonl"]);
        Assert.Equal(rows.Select(row => (string)row["id"]!), scores.Select(score => (string)score["id"]!));
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(["id", "confidence", "probability", "tokens", "target", "prompt_hash"], scores[i].Select(field => field.Key));
            Assert.Equal(Math.Exp((double)scores[i]["confidence"]!), (double)scores[i]["probability"]!);
            Assert.True((double)scores[i]["confidence"]! < 0);
            Assert.Equal(target, (string)scores[i]["target"]!);

            // The embedded model reads bytes, but for the two answer tags; nothing precedes a prompt's first token.
            int tokens = (int)scores[i]["tokens"]!;
            switch (target)
            {
                case "answer":
                    Assert.Equal(((string)rows[i]["answer"]!).Length, tokens);
                    break;
                case "prompt":
                    Assert.Equal(((string)rows[i]["prompt"]!).Length - 1, tokens);
                    break;
                case "solution":
                    string solution = (string)rows[i]["solution"]!;
                    Assert.Equal(solution.Length - "<answer>".Length - "</answer>".Length + 2, tokens);
                    break;
                default:
                    Assert.InRange(tokens, 1, 40);
                    break;
            }
        }

        Assert.Equal(12, (int)ran.Json["scored"]!);
        Assert.Equal(
            ["out", "target", "prompts", "scored", "resumed", "too_long", "empty_target", "mean_probability", "seconds", "distribution",
                "findings"],
            ran.Json.Select(field => field.Key));
        Assert.Equal(scores.Average(score => (double)score["probability"]!), (double)ran.Json["mean_probability"]!, 12);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("completion")]
    public void AScoresFileThatWasCutGoesOnToTheSameBytes(string target)
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 12);
        Score(folder, "straight.jsonl", target);
        byte[] straight = File.ReadAllBytes(folder["straight.jsonl"]);

        // Four whole lines and half of a fifth, as a stopped program leaves them.
        int end = NthLine(straight, 4);
        File.WriteAllBytes(folder["cut.jsonl"], straight[..(end + 30)]);
        Ran ran = Score(folder, "cut.jsonl", target);
        Assert.Equal(4, (int)ran.Json["resumed"]!);
        Assert.Equal(12, (int)ran.Json["scored"]!);
        Assert.Equal(straight, File.ReadAllBytes(folder["cut.jsonl"]));

        Ran again = Score(folder, "cut.jsonl", target);
        Assert.Equal(12, (int)again.Json["resumed"]!);
        Assert.Equal(straight, File.ReadAllBytes(folder["cut.jsonl"]));
        Assert.Equal((double)ran.Json["mean_probability"]!, (double)again.Json["mean_probability"]!, 12);
    }

    [Fact]
    public void AScoreDoesNotDependOnTheRowsBesideIt()
    {
        using var folder = new TempFolder();
        string[] rows = File.ReadAllLines(folder.Arithmetic("a.jsonl", 12));
        Score(folder, "all.jsonl", "solution");
        folder.Write("a.jsonl", rows[7]);
        Score(folder, "one.jsonl", "solution");
        Assert.Equal(File.ReadAllLines(folder["all.jsonl"])[7], File.ReadAllLines(folder["one.jsonl"])[0]);
    }

    [Fact]
    public void RowsThatDoNotFitAreCountedAndLeftOut()
    {
        using var folder = new TempFolder();
        string[] rows = File.ReadAllLines(folder.Arithmetic("a.jsonl", 3));
        string tooLong = $$"""{"id":"long","prompt":"{{new string('1', 300)}}=","answer":"2"}""";
        folder.Write("a.jsonl", rows[0], tooLong, rows[1], rows[2]);
        Ran ran = HoneProcess.Run("score", "--model", "arith-base", "--data", folder["a.jsonl"], "--out", folder["s.jsonl"]).Done();
        Assert.Equal(3, File.ReadAllLines(folder["s.jsonl"]).Length);
        Assert.Contains("3 of 4 prompts scored", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 did not fit the model's 256 positions", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_of_other_options_are_not_continued()
    {
        using var folder = new TempFolder();
        folder.Arithmetic("a.jsonl", 3);
        Score(folder, "s.jsonl", "answer");
        folder.Refuses(3, ["s.jsonl", "expected the same scores"],
        [
            "score", "--model", "arith-base", "--data", folder["a.jsonl"], "--out", folder["s.jsonl"],
            "--answer-prefix", "=<answer> ",
        ]);
    }

    private static Ran Score(TempFolder folder, string output, string target) => HoneProcess.Run(
        "score", "--model", "arith-base", "--data", folder["a.jsonl"], "--out", folder[output], "--target", target,
        "--max-tokens", "40", "--json").Done();

    private static int NthLine(byte[] text, int lines)
    {
        int end = 0;
        for (int i = 0; i < lines; i++)
        {
            end = Array.IndexOf(text, (byte)'\n', end) + 1;
        }

        return end;
    }
}
