using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone rank --by`, and what a ranking says against itself.</summary>
public sealed class RankMeasuresTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("anll", 10)]
    [InlineData("entropy", 20)]
    [InlineData("min", 10)]
    [InlineData("sum", 10)]
    [InlineData("self-certainty", 20)]
    [InlineData("length", 20)]
    public void AMeasureRanksByItsOwnOrder(string measure, int pick)
    {
        WriteLog();
        JsonObject json = Rank("--by", measure, "--json").Json;
        Assert.Equal(measure.Replace('-', '_'), (string)json["method"]!["uncertainty"]!);
        Assert.Equal(pick, (int)json["pick"]!["step"]!);
        Assert.False(json.ContainsKey("measures"));
    }

    [Fact]
    public void AMeasureThatTheLogLacksIsRefusedWithThoseThatItHas()
    {
        WriteLog();
        _folder.Refuses(3, ["none of the 160 records has the measure 'tail' (--by)", "the log has anll, sum, entropy, min, self-certainty, length",
            "--field tail_logprob=THEIR_FIELD"], ["rank", _folder["log.jsonl"], "--checkpoints", "10,20", "--window", "10", "--by", "tail"]);
        _folder.Refuses(3, ["'reference'"], ["rank", _folder["log.jsonl"], "--checkpoints", "10,20", "--window", "10", "--by", "reference"]);
        _folder.Refuses(2, ["--by", "entropy"], ["rank", _folder["log.jsonl"], "--checkpoints", "10,20", "--by", "entropi"]);
    }

    [Fact]
    public void SomeRowsWithoutTheMeasureAreRefusedUnlessSkipped()
    {
        WriteLog(withoutEntropy: 3);
        _folder.Refuses(3, ["3 of 160 records have no finite entropy (--by entropy)", "--skip-invalid"],
            ["rank", _folder["log.jsonl"], "--checkpoints", "10,20", "--window", "10", "--by", "entropy"]);
        Assert.Equal(20, (int)Rank("--by", "entropy", "--skip-invalid", "--json").Json["pick"]!["step"]!);

        // All rows or none take part in the comparison.
        Assert.DoesNotContain(Rank("--by", "all", "--json").Json["measures"]!.AsArray(), row => (string)row!["measure"]! == "entropy");
    }

    [Fact]
    public void ALogWithoutLogProbabilitiesRanksByWhatItHas()
    {
        _folder.Write("log.jsonl", [.. Enumerable.Range(1, 20).Select(step =>
            $$"""{"step":{{step}},"prompt_id":1,"reward":{{step % 2}},"tokens":{{step}},"mean_entropy":{{step}}}""")]);
        Assert.Equal("entropy", (string)Rank("--by", "entropy", "--json").Json["method"]!["uncertainty"]!);
        Assert.Equal("length", (string)Rank("--by", "length", "--json").Json["method"]!["uncertainty"]!);
    }

    [Fact]
    public void AllMeasuresStandSideBySide()
    {
        WriteLog();
        JsonObject[] rows = [.. Rank("--by", "all", "--json").Json["measures"]!.AsArray().Select(row => row!.AsObject())];
        Assert.Equal(["anll", "sum", "entropy", "min", "self_certainty", "length"], rows.Select(row => (string)row["measure"]!));
        Assert.Equal([10, 10, 20, 10, 20, 20], rows.Select(row => (int)row["pick"]!));
        Assert.Equal(1.0, (double)rows[0]["hard_in_common"]!);
        Assert.Equal(1.0, (double)rows[^1]["length_correlation"]!, 9);
        Ran text = Rank("--by", "all");
        Assert.Contains("measures: 2 of 4 others pick the same step as anll; length alone picks 20", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Output.Split('\n'), line => line.Length > 100);
        Assert.All(text.Output, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~'), $"U+{(int)unit:X4}"));
    }

    [Fact]
    public void DiagnosesStandBelowTheTableAndInTheDocument()
    {
        WriteLog();
        JsonObject found = Assert.Single(Rank("--json").Json["diagnoses"]!.AsArray(), row => (string)row!["id"]! == "few_hard")!.AsObject();
        Assert.Equal(["id", "severity", "message", "evidence", "next_step"], found.Select(field => field.Key));
        Assert.Equal(("serious", 8), ((string)found["severity"]!, (int)found["evidence"]!["least_hard"]!));
        Ran text = Rank();
        Assert.Contains("\n  serious  2 of 2 scores rest on fewer than 30 hard completions", text.Output, StringComparison.Ordinal);
        Assert.Contains("\n           next: ", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Output.Split('\n'), line => line.Length > 100);
    }

    private Ran Rank(params string[] options) => HoneProcess.Run(
        ["rank", _folder["log.jsonl"], "--checkpoints", "10,20", "--window", "10", "--hardest", "10", .. options]).Done();

    // Rewards are 1 for the eight least likely completions of the first window, and for the eight of the second that are the longest
    // and have the highest entropy and the lowest self-certainty.
    private void WriteLog(int withoutEntropy = 0) => _folder.Write("log.jsonl", [.. Enumerable.Range(0, 160).Select(i =>
    {
        int step = 1 + (i / 8), place = i % 80;
        bool first = step <= 10;
        var row = new JsonObject
        {
            ["step"] = step, ["prompt_id"] = i % 8, ["sample"] = 0, ["mean_logprob"] = -0.01 * (place + 1),
            ["min_logprob"] = -0.1 * (place + 1), ["sum_logprob"] = -1.0 * (place + 1), ["mean_entropy"] = 1 - (0.01 * place),
            ["self_certainty"] = 5 + place, ["tokens"] = 200 - place, ["reward"] = (first ? place >= 72 : place < 8) ? 1 : 0,
        };
        if (i < withoutEntropy)
        {
            row.Remove("mean_entropy");
        }

        return row.ToJsonString();
    })]);
}
