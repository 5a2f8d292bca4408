using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class VerifyTests
{
    [Theory]
    [InlineData(@"\frac12", "0.5", true, "0.5")]
    [InlineData("18", "She makes $18 a day.", true, "18")]
    [InlineData("18", "so it is 19", false, "19")]
    [InlineData(@"(-\infty, 2) \cup (3, \infty)", @"(3,\infty)\cup(-\infty,2)", true, @"(3,\infty)\cup(-\infty,2)")]
    [InlineData("so 7 * 2 = 14\n#### 14", @"thus \boxed{14}", true, "14")]
    [InlineData("4", "", false, null)]
    public void OnePairAsAnArray(string gold, string answer, bool equal, string? extracted)
    {
        JsonObject row = Assert.Single(Rows(HoneProcess.Run("verify", "--gold", gold, "--answer", answer, "--json").Done()));
        Assert.Equal(["gold", "answer", "equal", "extracted"], row.Select(field => field.Key));
        Assert.Equal((gold, answer, equal, extracted), ((string)row["gold"]!, (string)row["answer"]!, (bool)row["equal"]!, (string?)row["extracted"]));
    }

    [Fact]
    public void AFileIsReadThroughItsOwnNames()
    {
        using var folder = new TempFolder();
        string data = folder.Write("pairs.jsonl", """{"target":"1/2","out":"0.5"}""", "", """{"target":3,"out":"it is 4"}""");
        string[] arguments = ["verify", "--data", data, "--field", "gold=target", "--field", "answer=out"];
        Assert.Equal([true, false], Rows(HoneProcess.Run([.. arguments, "--json"]).Done()).Select(row => (bool)row["equal"]!));
        Assert.Equal(
            "equal      gold 1/2  answer 0.5\nnot equal  gold 3  answer 4\n1 of 2 equal\n",
            HoneProcess.Run(arguments).Done().Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void TheWaysToFindTheAnswerCanBeGiven()
    {
        string[] pair = ["verify", "--gold", "2", "--answer", @"\boxed{1} or 2"];
        Assert.StartsWith("not equal", HoneProcess.Run(pair).Done().Output, StringComparison.Ordinal);
        Assert.StartsWith("equal", HoneProcess.Run([.. pair, "--extract", "last_number,boxed"]).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected either --gold and --answer, or --data", "--gold", "1")]
    [InlineData("expected either --gold and --answer, or --data", "--gold", "1", "--answer", "1", "--data", "x.jsonl")]
    [InlineData("did you mean 'boxed'?", "--gold", "1", "--answer", "1", "--extract", "boxd")]
    [InlineData("did you mean gold=a", "--data", "x.jsonl", "--field", "glod=a")]
    public void BadUsageIsTwo(string message, params string[] arguments)
    {
        Ran ran = HoneProcess.Run(["verify", .. arguments]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void BadInputIsThreeAndNamesTheField()
    {
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run("verify", "--data", folder.Write("pairs.jsonl", """{"gold":"1","completion":"1"}"""));
        Assert.Equal((3, ""), (ran.Code, ran.Output));
        Assert.Contains("pairs.jsonl:1: field 'answer' is missing", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--field answer=THEIRS", ran.Error, StringComparison.Ordinal);
        Assert.Equal(3, HoneProcess.Run("verify", "--data", "absent.jsonl").Code);
    }

    private static IEnumerable<JsonObject> Rows(Ran ran) => JsonNode.Parse(ran.Output)!.AsArray().Select(row => row!.AsObject());
}
