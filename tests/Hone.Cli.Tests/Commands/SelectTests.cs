using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class SelectTests
{
    // Mean 0.5, median 0.4: fuzziness is 1 - (s - center)^2.
    private static readonly double[] Probabilities = [0.9, 0.1, 0.5, 0.4, 0.8, 0.35, 0.45, 0.2, 0.95, 0.35];

    [Theory]
    [InlineData("fuzzy", "mean", "2,6")]
    [InlineData("fuzzy", "median", "3,6")]
    [InlineData("fuzzy", "0.85", "0,4")]
    [InlineData("confident", "mean", "0,8")]
    [InlineData("unsure", "mean", "1,7")]
    public void EachRuleKeepsTheRowsThatPaperAndPencilKeep(string by, string center, string kept)
    {
        using var folder = Prepared();
        Ran ran = Select(folder, "--fraction", "0.2", "--by", by, "--center", center, "--json");
        Assert.Equal(kept.Split(','), TempFolder.Lines(folder["kept.jsonl"]).Select(row => $"{row["uid"]}").Order(StringComparer.Ordinal));
        Assert.Equal(["out", "by", "fraction", "center", "kept", "scored", "prompts"], ran.Json.Select(field => field.Key));
        Assert.Equal((by, 2, 10, 11), ((string)ran.Json["by"]!, (int)ran.Json["kept"]!, (int)ran.Json["scored"]!, (int)ran.Json["prompts"]!));
    }

    [Fact]
    public void TiesGoToTheEarlierRow()
    {
        using var folder = Prepared();
        Select(folder, "--fraction", "0.1", "--center", "0.35");
        Assert.Equal(5, (int)Assert.Single(TempFolder.Lines(folder["kept.jsonl"]))["uid"]!);
    }

    [Theory]
    [InlineData("0.1", 1)]
    [InlineData("0.29", 2)]
    [InlineData("0.3", 3)]
    [InlineData("0.01", 1)]
    [InlineData("1", 10)]
    public void AFractionIsRoundedDownButKeepsOne(string fraction, int kept)
    {
        using var folder = Prepared();
        Ran ran = Select(folder, "--fraction", fraction);
        Assert.Equal(kept, File.ReadAllLines(folder["kept.jsonl"]).Length);
        Assert.StartsWith($"kept {kept} of 10 scored prompts in ", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 11 rows have no score", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsAreUnchangedButForTheAddedFields()
    {
        using var folder = Prepared();
        string[] rows = File.ReadAllLines(folder["d.jsonl"]);
        Select(folder, "--fraction", "0.5");
        string[] kept = File.ReadAllLines(folder["kept.jsonl"]);
        Assert.Equal(5, kept.Length);
        foreach (string line in kept)
        {
            JsonObject row = JsonNode.Parse(line)!.AsObject();
            string original = rows[(int)row["uid"]!];
            Assert.StartsWith(original[..^1] + ", \"hone_confidence\": ", line, StringComparison.Ordinal);
            Assert.Equal(
                ["hone_confidence", "hone_probability", "hone_score", "hone_rank", "hone_selected_by"],
                row.Select(field => field.Key).Where(key => key.StartsWith("hone_", StringComparison.Ordinal)));
            double probability = (double)row["hone_probability"]!;
            Assert.Equal(1 - ((probability - 0.5) * (probability - 0.5)), (double)row["hone_score"]!, 12);
        }
    }

    [Fact]
    public void ASecondSelectionReplacesTheFieldsOfTheFirst()
    {
        using var folder = Prepared();
        Select(folder, "--fraction", "0.5");
        byte[] first = File.ReadAllBytes(folder["kept.jsonl"]);
        HoneProcess.Run("select", "--scores", folder["s.jsonl"], "--data", folder["kept.jsonl"], "--field", "id=uid", "--fraction", "1",
            "--center", "0.5", "--out", folder["again.jsonl"]).Done();
        Assert.Equal(first, File.ReadAllBytes(folder["again.jsonl"]));
    }

    [Fact]
    public void ARandomChoiceFollowsItsSeed()
    {
        using var folder = Prepared();
        string Chosen(string seed)
        {
            Select(folder, "--fraction", "0.3", "--by", "random", "--seed", seed);
            return File.ReadAllText(folder["kept.jsonl"]);
        }

        Assert.Equal(Chosen("1"), Chosen("1"));
        Assert.NotEqual(Chosen("1"), Chosen("2"));
    }

    // Ten rows with scores and one without, in spacing and numbers that a rewrite would change.
    private static TempFolder Prepared()
    {
        var folder = new TempFolder();
        folder.Write("d.jsonl", [.. Enumerable.Range(0, 11).Select(i =>
            $$"""{"uid": {{i}}, "prompt": "\u0031+{{i}}=", "answer": "{{i + 1}}", "extra": [1.0,  2e0], "name": "\u00e9"}""")]);
        folder.Write("s.jsonl", [.. Probabilities.Select((p, i) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"id":"{{i}}","confidence":{{Math.Log(p):R}},"probability":{{p}},"tokens":2}"""))]);
        return folder;
    }

    private static Ran Select(TempFolder folder, params string[] options) => HoneProcess.Run(
        ["select", "--scores", folder["s.jsonl"], "--data", folder["d.jsonl"], "--field", "id=uid", "--out", folder["kept.jsonl"], .. options]).Done();
}
