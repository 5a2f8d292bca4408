namespace Hone.Cli.Tests.Commands;

public sealed class ServeRewardsTests
{
    [Fact]
    public void SaysTheSwitchAndEndsWellOnCtrlC()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("d.jsonl", 3);
        using var stop = new CancellationTokenSource();
        using var error = new StopAt("Ctrl-C ends", stop);
        Ran ran = HoneProcess.Run(
            ["serve-rewards", "--data", data, "--batch", "8", "--port", "0", "--out", folder["rewards"]], error, TimeProvider.System, stop.Token).Done();
        Assert.Matches("^OpenRLHF: --reward.remote_url http://127.0.0.1:[0-9]+/get_reward\n$", ran.Output);
        Assert.Contains("reward numeric_answer; the next completion is of step 1", ran.Error, StringComparison.Ordinal);
        Assert.Contains("judged 0 completions; 0 in steps 1 to 1 of", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "expected 1 or more", "--batch", "0")]
    [InlineData(2, "did you mean 'math'?", "--batch", "8", "--reward", "maths")]
    [InlineData(2, "expected a key", "--batch", "8", "--host", "0.0.0.0")]
    [InlineData(2, "expected 0 to 65535", "--batch", "8", "--port", "65536")]
    [InlineData(3, "no such file", "--batch", "8", "--data", "missing.jsonl")]
    public void WhatCannotBeServedIsRefused(int code, string problem, params string[] options)
    {
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run(["serve-rewards", "--out", folder["rewards"], .. options]);
        Assert.Equal(code, ran.Code);
        Assert.Contains(problem, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["rewards"]));
    }
}
