namespace Hone.Cli.Tests.BadInput;

/// <summary>Data sets that cannot be used, through every command that reads one.</summary>
public sealed class DataSetTests
{
    private const string Good = """{"id":"a","prompt":"1+1=","answer":"2","solution":"2"}""";

    public static TheoryData<string> Readers => ["score", "eval", "train", "sft", "select"];

    [Theory]
    [MemberData(nameof(Readers))]
    public void ALineCutInTheMiddleIsNamedByItsNumber(string command) => Refused(
        command, ["d.jsonl:2: the line is cut off after 24 bytes"], Good, """{"id":"b","prompt":"2+2=""");

    [Theory]
    [MemberData(nameof(Readers))]
    public void AnEmptyDataSetIsRefused(string command) =>
        Refused(command, ["d.jsonl: the data set has no rows, expected at least one."], "");

    [Theory]
    [InlineData("score")]
    [InlineData("eval")]
    [InlineData("train")]
    public void ARowWithoutAnAnswerIsNamedByItsLine(string command) => Refused(
        command, ["d.jsonl:2: row 1 has no answer", "--field answer=THEIR_FIELD"], Good, """{"id":"b","prompt":"2+2="}""");

    [Fact]
    public void ARowWithNothingToTrainOnIsNamedByItsLine() => Refused(
        "sft", ["d.jsonl:2: the row has no solution and no answer"], Good, """{"id":"b","prompt":"2+2="}""");

    [Fact]
    public void ARowWithoutASolutionIsNamedByItsLine()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", Good, """{"id":"b","prompt":"2+2=","answer":"4"}""");
        folder.Refuses(3, ["d.jsonl:2: row 'b' has no solution", "--field solution=THEIR_FIELD"],
            ["score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"], "--target", "solution"]);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void AnUnknownShapeListsTheFields(string command) =>
        Refused(command, ["d.jsonl:1: unknown shape", "text, label", "--field prompt="], """{"text":"1+1=","label":"2"}""");

    [Fact]
    public void RowsThatAreAllTooLongLeaveNoScores()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", $$"""{"prompt":"{{new string('1', 300)}}=","answer":"2"}""");
        Refused("score", ["nothing to score", "do not fit the model's 256 positions"], File.ReadAllText(data).Trim());
        Refused("eval", ["no prompt fits the model's 256 positions"], File.ReadAllText(data).Trim());
        Refused("sft", ["no row fits the model's 256 positions"], File.ReadAllText(data).Trim());
        Refused("train", ["no prompt leaves room"], File.ReadAllText(data).Trim());
    }

    [Fact]
    public void ScoresOfOtherPromptsAreNotContinued()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", Good);
        string scores = folder.Write("s.jsonl", """{"id":"z","confidence":-1,"probability":0.3,"tokens":2,"target":"answer"}""");
        string[] arguments = ["score", "--model", "arith-base", "--data", data, "--out", scores];
        folder.Refuses(3, ["holds a score of 'z', which is no row of"], arguments);
        folder.Write("s.jsonl", """{"id":"a","confidence":-1,"probability":0.3,"tokens":2,"target":"prompt"}""");
        folder.Refuses(3, ["holds scores of target 'prompt', expected 'answer'."], arguments);
    }

    [Fact]
    public void SelectRefusesScoresOfAnotherDataSet()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", Good);
        string scores = folder.Write("s.jsonl", """{"id":"z","confidence":-1,"probability":0.3,"tokens":2}""");
        folder.Refuses(3, ["no score belongs to a row of"], ["select", "--scores", scores, "--data", data, "--out", folder["k.jsonl"]]);
    }

    private static void Refused(string command, string[] parts, params string[] lines)
    {
        using var folder = new TempFolder();
        string data = folder.WriteText("d.jsonl", string.Join('\n', lines));
        string scores = folder.Write("scores.jsonl", """{"id":"a","confidence":-1,"probability":0.3,"tokens":2}""");
        string config = folder.Write("c.yaml", "model: arith-base", $"data: {data}", $"out: {folder["runs/a"]}", "steps: 1");
        string[] arguments = command switch
        {
            "score" => ["score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"]],
            "eval" => ["eval", "--model", "arith-base", "--data", data],
            "select" => ["select", "--scores", scores, "--data", data, "--out", folder["k.jsonl"]],
            _ => [command, "--config", config],
        };
        folder.Refuses(3, parts, arguments);
    }
}
