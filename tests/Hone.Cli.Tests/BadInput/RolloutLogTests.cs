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
    [InlineData("paper", "checkpoint 15 asks for steps 10 to 15 with a window of 6, the log has 11 to 20", "15", "6")]
    [InlineData("reference-code", "checkpoint 15 asks for steps 10 to 15 with a window of 5, the log has 11 to 20", "15", "5")]
    public void AWindowThatTheLogDoesNotCoverIsRefused(string reading, string part, string checkpoints, string window)
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", [.. Enumerable.Range(11, 10).Select(step => Line(step, "-1"))]);
        folder.Refuses(3, [part], ["rank", log, "--checkpoints", checkpoints, "--window", window, "--as", reading]);
    }

    [Theory]
    [InlineData("15,20,40", null, "15,20", "checkpoint 40, for the log ends with step 20", "The log begins with step 11")]
    [InlineData("15,20", "6", "20", "checkpoint 15, for the log begins with step 11, later than a window of 6 steps", null)]
    [InlineData("5,10,20", null, "20", "checkpoints 5, 10, for the log has no step in the window", "The log begins with step 11")]
    [InlineData("15,20", "5", "15,20", null, null)]
    public void WhatTheLogDoesNotCoverIsLeftOut(string checkpoints, string? window, string ranked, string? leftOut, string? other)
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", [.. Enumerable.Range(11, 10).Select(step => Line(step, "-1"))]);
        Ran ran = Ranked(log, checkpoints, window);
        Assert.Equal(ranked, string.Join(',', ran.Json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!)));
        string[] said = [.. ran.Json["warnings"]!.AsArray().Select(warning => (string)warning!["message"]!)];
        Assert.Equal(leftOut is null ? [] : [$"Left out: {leftOut}."], said.Where(text => text.StartsWith("Left out", StringComparison.Ordinal)));
        Assert.Equal(other is not null, said.Any(text => text.StartsWith(other ?? "The log begins", StringComparison.Ordinal)));
    }

    [Fact]
    public void ALogOfEveryTenthStepSpeaksForTheStepsBetween()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", [.. Enumerable.Range(1, 9).Select(step => Line(10 * step, "-1"))]);
        Ran ran = Ranked(log, "10,100,101", "10");
        Assert.Equal([10], ran.Json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        ran = Ranked(log, "10,100,101", null);
        Assert.Equal([10, 100], ran.Json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        Assert.DoesNotContain("The log begins", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ARefusalComesWithWhatTheLogSaysAgainstItself()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", Line(1, "-1"), Line(2, "-1"), Line(4, "-1"), Line(5, "NaN"));
        Ran ran = folder.Refuses(3, ["1 of 4 records have no finite log-probability"], ["rank", log, "--checkpoints", "5"]);
        Assert.StartsWith("log: Hone rollouts", ran.Error, StringComparison.Ordinal);
        Assert.Contains("\nwarning: no rows of 1 of the steps between 1 and 5: 3\n", ran.Error, StringComparison.Ordinal);
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

    private static Ran Ranked(string log, string checkpoints, string? window) => HoneProcess.Run(
        ["rank", log, "--checkpoints", checkpoints, "--json", .. window is null ? Array.Empty<string>() : ["--window", window]]).Done();

    private static string Line(int step, string logProb, string reward = "1", int sample = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"step\":{step},\"prompt_id\":\"a\",\"sample\":{sample},\"mean_logprob\":{logProb},\"reward\":{reward}}}");
}
