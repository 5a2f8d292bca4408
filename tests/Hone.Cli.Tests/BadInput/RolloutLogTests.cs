using System.Globalization;

namespace Hone.Cli.Tests.BadInput;

/// <summary>Logs that cannot be ranked: exit code 3.</summary>
public sealed class RolloutLogTests
{
    [Fact]
    public void NaNLogProbsAreCountedAndTheFirstIsLocated()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", Line(1, "-1.5"), Line(2, "NaN"), Line(3, "null"), Line(4, "-0.5"));
        folder.Refuses(3, ["2 of 4 records have no finite log-probability, the first at ", "log.jsonl:2, expected one", "--skip-invalid"],
            ["rank", log, "--checkpoints", "4", "--window", "2"]);
    }

    [Fact]
    public void ALogOfNaNAloneIsRefusedEvenWhenInvalidRecordsMayBeSkipped()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", Line(1, "NaN"), Line(2, "NaN"));
        folder.Refuses(3, ["2 of 2 records", "--field mean_logprob=THEIR_FIELD"],
            ["rank", log, "--checkpoints", "2", "--window", "1", "--skip-invalid"]);
    }

    [Fact]
    public void WithSkipInvalidTheRestIsRankedAndTheLossReported()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", Line(1, "-1.5"), Line(2, "NaN"), Line(2, "-0.5", sample: 1));
        Ran ran = HoneProcess.Run("rank", log, "--checkpoints", "1,2", "--window", "1", "--skip-invalid", "--hardest", "100", "--json").Done();
        Assert.Equal([1, 1], ran.Json["checkpoints"]!.AsArray().Select(row => (int)row!["samples"]!));
        Assert.Contains("1 of 3 rollouts left out", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowWithoutAFiniteRewardIsRefusedAndSkippedRowsAreReported()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", Line(1, "-1.5"), Line(2, "-1", "NaN"), Line(2, "-0.5", sample: 1));
        string[] arguments = ["rank", log, "--checkpoints", "2", "--window", "1"];
        folder.Refuses(3, ["1 rows have no finite reward, the first at ", "log.jsonl:2"], arguments);
        Ran ran = HoneProcess.Run([.. arguments, "--skip-invalid"]).Done();
        Assert.Contains("warning: 1 rows without a finite reward were left out", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paper", "--window 30 asks for as many steps, but the last checkpoint is that of step 20", "20", "30")]
    [InlineData("paper", "checkpoint 40 asks for steps 31 to 40 with a window of 10, the log has 11 to 20", "40", "10")]
    [InlineData("paper", "checkpoint 15 asks for steps 10 to 15 with a window of 6, the log has 11 to 20", "15,20", "6")]
    [InlineData("reference-code", "checkpoint 15 asks for steps 10 to 15 with a window of 5, the log has 11 to 20", "15,20", "5")]
    public void AWindowThatTheLogDoesNotCoverIsRefused(string reading, string part, string checkpoints, string window)
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", [.. Enumerable.Range(11, 10).Select(step => Line(step, "-1"))]);
        folder.Refuses(3, [part], ["rank", log, "--checkpoints", checkpoints, "--window", window, "--as", reading]);
    }

    [Fact]
    public void ADefaultWindowIsRefusedWhereTheLogBeginsLate()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", [.. Enumerable.Range(11, 10).Select(step => Line(step, "-1"))]);
        folder.Refuses(3, ["checkpoint 20 asks for steps 1 to 20 with a window of 100"], ["rank", log, "--checkpoints", "20"]);
        Ran covered = HoneProcess.Run("rank", log, "--checkpoints", "15,20", "--window", "5").Done();
        Assert.Contains("pick: step 20", covered.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ALineCutInTheMiddleIsNamedByItsNumber()
    {
        using var folder = new TempFolder();
        string log = folder.WriteText("log.jsonl", Line(1, "-1") + "\n" + Line(2, "-1")[..20] + "\n");
        folder.Refuses(3, ["log.jsonl:2: the line is cut off after 20 bytes"], ["rank", log, "--checkpoints", "1"]);
    }

    [Fact]
    public void AnEmptyLogAndALogWithoutCheckpointsAreRefused()
    {
        using var folder = new TempFolder();
        string empty = folder.WriteText("empty.jsonl", "");
        folder.Refuses(3, ["the log has no rows"], ["rank", empty, "--checkpoints", "1"]);
        string log = folder.Write("log.jsonl", Line(1, "-1"));
        folder.Refuses(3, ["there are no checkpoints beside the log", "--checkpoints 40,80,120"], ["rank", log]);
    }

    [Fact]
    public void AFieldOfAnotherTrainerIsOffered()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", """{"step":1,"uid":"a","mean_logprob":-1,"score":1}""");
        folder.Refuses(3, ["log.jsonl:1: no field 'prompt_id'", "try --field prompt_id=uid"], ["rank", log, "--checkpoints", "1"]);
        HoneProcess.Run("rank", log, "--checkpoints", "1", "--window", "1", "--field", "prompt_id=uid", "--field", "reward=score").Done();
    }

    private static string Line(int step, string logProb, string reward = "1", int sample = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"step\":{step},\"prompt_id\":\"a\",\"sample\":{sample},\"mean_logprob\":{logProb},\"reward\":{reward}}}");
}
