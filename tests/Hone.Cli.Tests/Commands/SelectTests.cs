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
    public void ScoresOfAnotherDataSetWithTheSameIdsAreRefused()
    {
        using var folder = new TempFolder();
        string scored = folder.Write("a.jsonl", """{"prompt":"1+1=","answer":"2"}""", """{"prompt":"2+3=","answer":"5"}""");
        string other = folder.Write("b.jsonl", """{"prompt":"1+1=","answer":"2"}""", """{"prompt":"4+4=","answer":"8"}""");
        HoneProcess.Run("score", "--model", "arith-base", "--data", scored, "--out", folder["s.jsonl"]).Done();
        folder.Refuses(3, ["the score of '1' is that of another prompt than ", "b.jsonl:2 has"],
            ["select", "--scores", folder["s.jsonl"], "--data", other, "--out", folder["kept.jsonl"]]);
        folder.Refuses(3, ["holds a score of '1', which is no row of ", "or has another prompt there"],
            ["score", "--model", "arith-base", "--data", other, "--out", folder["s.jsonl"]]);
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

    [Fact]
    public void AControlSetIsAsLargeAndDrawnByTheSeed()
    {
        using var folder = Prepared();
        string[] Drawn(string seed)
        {
            Ran ran = Select(folder, "--fraction", "0.3", "--control", folder["control.jsonl"], "--seed", seed, "--json");
            string[] ids = [.. TempFolder.Lines(folder["control.jsonl"]).Select(row => $"{row["uid"]}")];
            int common = TempFolder.Lines(folder["kept.jsonl"]).Count(row => ids.Contains($"{row["uid"]}"));
            Assert.Equal((3, common, long.Parse(seed, CultureInfo.InvariantCulture)),
                ((int)ran.Json["control"]!["kept"]!, (int)ran.Json["control"]!["common"]!, (long)ran.Json["control"]!["seed"]!));
            Assert.All(TempFolder.Lines(folder["control.jsonl"]), row => Assert.Equal("random", (string)row["hone_selected_by"]!));
            return ids;
        }

        string[] first = Drawn("1");
        Assert.Equal(3, first.Distinct().Count());
        Assert.DoesNotContain("10", first);
        Assert.Equal(first, Drawn("1"));
        Assert.Contains(Enumerable.Range(2, 8), seed => !Drawn($"{seed}").SequenceEqual(first));
    }

    [Fact]
    public void AnExportSaysTheTrainersSwitches()
    {
        using var folder = Prepared();
        Ran ran = Select(folder, "--fraction", "0.2", "--for", "slime", "--control", folder["control.jsonl"]);
        Assert.Contains(
            $"slime: --prompt-data {folder["kept.jsonl"]} --input-key prompt --label-key label --metadata-key metadata --apply-chat-template\n",
            ran.Output, StringComparison.Ordinal);
        Assert.Contains($"slime control: --prompt-data {folder["control.jsonl"]} ", ran.Output, StringComparison.Ordinal);
        JsonNode row = TempFolder.Lines(folder["kept.jsonl"])[0];
        Assert.Equal((2, "3"), ((int)row["metadata"]!["index"]!, (string)row["label"]!));
        Assert.Equal(0.5, (double)row["hone_probability"]!);
        Ran json = Select(folder, "--for", "verl", "--json");
        Assert.Equal(("verl", $"data.train_files={folder["kept.jsonl"]}"), ((string)json.Json["for"]!, (string)json.Json["switches"]!));
    }

    [Theory]
    [InlineData("--for", "varl", "did you mean 'verl'?")]
    [InlineData("--control", "kept.jsonl", "is --out too")]
    [InlineData("--by", "random --control c.jsonl", "both would be the same random rows")]
    [InlineData("--for", "verl --out kept.json.gz", "expected .jsonl")]
    [InlineData("--for", "trl --control c.txt", "expected .jsonl")]
    public void WhatCannotBeWrittenIsRefusedBeforeAnythingIs(string option, string value, string problem)
    {
        using var folder = Prepared();
        string[] more = value.Split(' ');
        string Path(string text) => text.Contains('.', StringComparison.Ordinal) ? folder[text] : text;
        Ran ran = HoneProcess.Run(
            ["select", "--scores", folder["s.jsonl"], "--data", folder["d.jsonl"], option, .. more.Select(Path),
                .. more.Contains("--out") ? Array.Empty<string>() : ["--out", folder["kept.jsonl"]]]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(problem, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, folder.Content.Length);
    }

    [Theory]
    [InlineData("--out", "s.jsonl", "--scores")]
    [InlineData("--out", "d.jsonl", "--data")]
    [InlineData("--control", "s.jsonl", "--scores")]
    [InlineData("--control", "linked/d.jsonl", "--data")]
    [InlineData("--control", "kept-link.jsonl", "--out")]
    public void WhatIsReadIsNotWrittenOver(string option, string name, string input)
    {
        using var folder = Prepared();
        Directory.CreateSymbolicLink(folder["linked"], folder.Root);
        File.CreateSymbolicLink(folder["kept-link.jsonl"], "linked/kept.jsonl");
        folder.Refuses(2, [$"{option} {folder[name]}: is {input} too"],
            ["select", "--scores", folder["s.jsonl"], "--data", folder["d.jsonl"], option, folder[name],
                .. option == "--out" ? Array.Empty<string>() : ["--out", folder["kept.jsonl"]]]);
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
