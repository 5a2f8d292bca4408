using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class BenchTests
{
    private static readonly string[] Shape =
        ["--hidden", "16", "--layers", "2", "--heads", "2", "--kv-heads", "1", "--ffn", "24", "--vocab", "19", "--batch", "6", "--seq", "8"];

    [Theory]
    [InlineData("train", "f32")]
    [InlineData("score", "f32")]
    [InlineData("score", "bf16")]
    [InlineData("decode", "f32")]
    [InlineData("decode", "bf16")]
    public void EveryModeGivesItsFigures(string mode, string weights)
    {
        JsonObject result = Json(["bench", "--mode", mode, "--weights", weights, "--profile", .. Shape]);
        Assert.Equal(
            [
                "mode", "parameters", "threads", "kernels", "tokens_per_second", "tokens_per_second_mean", "gflops", "seconds", "runs",
                "peak_gflops", "share_of_peak", "peak_memory_mib", "machine", "profile",
            ],
            result.Select(field => field.Key));
        Assert.Equal(mode, (string)result["mode"]!);
        Assert.True((double)result["tokens_per_second"]! > 0);
        Assert.True((int)result["runs"]! >= 3);
        Assert.True((int)result["profile"]!["MatMul"]!["calls"]! > 0);
        Assert.Equal(mode == "train", result["profile"]!["MatMulBackwardWeight"] is not null);
    }

    [Fact]
    public void ASharedPromptGivesTheSameLogProbs()
    {
        JsonObject result = Json(["bench", "--mode", "prefix", "--prompt", "10", "--group", "3", .. Shape]);
        Assert.True((bool)result["equal_log_probs"]!);
        Assert.True((double)result["speedup"]! > 0);
    }

    [Fact]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        using var folder = new TempFolder();
        folder.Refuses(2, ["--weights bf16 --mode train", "gradients need f32"], ["bench", "--mode", "train", "--weights", "bf16", .. Shape]);
        folder.Refuses(2, ["--profile --mode prefix"], ["bench", "--mode", "prefix", "--profile", .. Shape]);
        folder.Refuses(2, ["whole groups"], ["bench", "--mode", "prefix", "--group", "4", .. Shape]);
    }

    // A clock that jumps, so that the fewest runs suffice.
    private static JsonObject Json(string[] arguments) =>
        JsonNode.Parse(HoneProcess.RunReporting([.. arguments, "--threads", "1", "--json", "--quiet"]).Done().Output)!.AsObject();
}
