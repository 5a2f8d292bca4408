using System.Text.Json.Nodes;
using Hone.Records.Parquet;

namespace Hone.Cli.Tests.Commands;

/// <summary>One run as every trainer would have logged it has one ranking, to the last digit, in both readings.</summary>
public sealed class RankFormatsTests
{
    private static readonly string[] Mapped =
    [
        "--field", "step=update", "--field", "prompt_id=question", "--field", "logprobs=rl", "--field", "ref_logprobs=ref", "--field",
        "reward=score", "--field", "truncated=cut",
    ];

    [Theory]
    [InlineData("verl", "verl")]
    [InlineData("verl-v1", "verl")]
    [InlineData("open-instruct", "open-instruct")]
    [InlineData("nemo-rl", "nemo-rl")]
    [InlineData("prime-rl", "prime-rl")]
    [InlineData("ms-swift", "ms-swift")]
    [InlineData("rl-logging-board", "rl-logging-board")]
    [InlineData("json-lines", "json-lines")]
    [InlineData("csv", "csv")]
    [InlineData("trl", "trl")]
    [InlineData("parquet", "parquet")]
    public void ARunRanksTheSameInEveryFormat(string written, string format)
    {
        using var folder = new TempFolder();
        NeedParquet(format is "trl" or "parquet");
        LogWriters.Write("hone", folder, "own");
        LogWriters.Write(written, folder, "log");
        string[] options = format switch
        {
            "json-lines" or "csv" or "parquet" => Mapped,
            "trl" => ["--reward-weight", "format_reward=0"],
            _ => [],
        };
        foreach (string reading in new[] { "paper", "reference-code" })
        {
            string own = Ranking(Rank(folder, "own", reading).Json);
            Ran ran = Rank(folder, "log", reading, options);
            Assert.Equal(own, Ranking(ran.Json));
            Assert.Contains("\"uncertainty\":\"" + (reading == "paper" ? "anll" : "reference_anll"), own, StringComparison.Ordinal);
            Assert.Equal(own, Ranking(Rank(folder, "log", reading, [.. options, "--format", format]).Json));
        }
    }

    [Fact]
    public void SlimesRolloutsRankAsTheRunWithoutAReference()
    {
        using var folder = new TempFolder();
        folder.Write("own/log.jsonl", [.. LoggedRun.Rows.Select(row => LogWriters.Hone(row, withReference: false, withTruncated: true))]);
        LogWriters.Write("slime", folder, "log");
        Assert.Equal(Ranking(Rank(folder, "own", "paper").Json), Ranking(Rank(folder, "log", "paper").Json));
        Assert.Equal(Ranking(Rank(folder, "own", "reference-code").Json), Ranking(Rank(folder, "log", "reference-code").Json));
    }

    [Fact]
    public void TheUgcsAuthorsLogsRankByTheReferenceAlone()
    {
        using var folder = new TempFolder();
        folder.Write("own/log.jsonl", [.. LoggedRun.Rows.Select(row => LogWriters.Hone(row, withReference: true, withTruncated: false))]);
        LogWriters.Write("ugcs", folder, "log");
        Assert.Equal(Ranking(Rank(folder, "own", "reference-code").Json), Ranking(Rank(folder, "log", "reference-code").Json));
        folder.Refuses(3, ["960 of 960 records have no finite log-probability", "--as reference-code"], Arguments(folder, "log", "paper"));
    }

    [Fact]
    public void WhatTheLogWasReadAsIsSaid()
    {
        using var folder = new TempFolder();
        LogWriters.Write("prime-rl", folder, "log");
        Ran ran = Rank(folder, "log", "paper");
        Assert.Contains(
            "log: prime-rl traces (JSON lines, one an episode), 40 files, 960 rows; prime-rl counts the step being trained from 0\n",
            ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void FindingsArePrintedAndInTheDocument()
    {
        using var folder = new TempFolder();
        folder.Write("log/a.jsonl", [.. LoggedRun.Rows.Where(row => row.Step != 7).Select(row => LogWriters.Hone(row, true, true))]);
        const string Missing = "no rows of 1 of the steps between 1 and 40: 7";
        Ran json = Rank(folder, "log", "paper");
        JsonNode warning = Assert.Single(json.Json["warnings"]!.AsArray(), warning => (string)warning!["id"]! == "missing_steps")!;
        Assert.Equal(Missing, (string)warning["message"]!);
        Ran text = HoneProcess.Run([.. Arguments(folder, "log", "paper").Where(argument => argument != "--json")]).Done();
        Assert.Contains($"warning: {Missing}\n", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogWithoutLogProbsIsAnsweredWithHowToGetThem()
    {
        using var folder = new TempFolder();
        string log = folder.Write("1.jsonl", """{"input":"q","output":"a","gts":"4","score":1.0,"step":1}""");
        folder.Refuses(3, ["1 of 1 records have no finite log-probability", "the hook of integrations/verl", "hone score --rollouts"],
            ["rank", log, "--checkpoints", "1", "--window", "1"]);
    }

    [Fact]
    public void OptionsThatDoNotFitAreRefused()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", """{"step":1,"prompt_id":"a","mean_logprob":-1,"reward":1}""");
        string[] rank = ["rank", log, "--checkpoints", "1", "--window", "1"];
        folder.Refuses(2, ["--format verll: expected ", "did you mean 'verl'"], [.. rank, "--format", "verll"]);
        folder.Refuses(2, ["--reward-weight format: expected NAME=W"], [.. rank, "--reward-weight", "format"]);
        folder.Refuses(3, ["--reward-weight format", "hone logs have one reward"], [.. rank, "--reward-weight", "format=2"]);
        folder.Refuses(3, ["has no TRL completions"], [.. rank, "--format", "trl"]);
    }

    private static Ran Rank(TempFolder folder, string log, string reading, params string[] options) =>
        HoneProcess.Run([.. Arguments(folder, log, reading), .. options]).Done();

    private static string[] Arguments(TempFolder folder, string log, string reading) =>
        ["rank", folder[log], "--checkpoints", "10,20,30,40", "--window", "10", "--hardest", "10", "--as", reading, "--json"];

    // Warnings may differ: they are about the log.
    private static string Ranking(JsonObject document)
    {
        document.Remove("log");
        document.Remove("warnings");
        return document.ToJsonString();
    }

    private static void NeedParquet(bool need)
    {
        try
        {
            _ = need ? ParquetLibrary.Load() : "";
        }
        catch (InvalidDataException error)
        {
            Assert.Skip(error.Message);
        }
    }
}
