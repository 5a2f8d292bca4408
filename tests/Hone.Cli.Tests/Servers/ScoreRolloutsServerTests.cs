using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Servers;

/// <summary>`hone score --rollouts --server`.</summary>
public sealed class ScoreRolloutsServerTests : IDisposable
{
    private readonly ArithServers _servers = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _servers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Servers_give_the_log_probs_of_the_local_engine_and_are_another_model_to_go_on_with()
    {
        foreach (string log in (string[])["local", "served"])
        {
            _folder.Write($"{log}/1.jsonl", [.. Enumerable.Range(0, 30).Select(i => new JsonObject
            {
                ["input"] = $"{i}+1=", ["output"] = i == 7 ? "" : $"<answer> {i + 1}</answer>", ["score"] = 1.0, ["step"] = 1,
            }.ToJsonString())]);
        }

        HoneProcess.Run("score", "--rollouts", _folder["local"], "--model", "arith-base").Done();
        string[] servers = ["--server", _servers.Vllm().Url, "--server", _servers.Vllm().Url];
        Ran ran = HoneProcess.Run(["score", "--rollouts", _folder["served"], "--json", .. servers]).Done();
        Assert.Equal(2, ran.Json["servers"]!.AsArray().Count);
        Assert.Equal((29, 1), ((int)ran.Json["scored"]!, (int)ran.Json["empty"]!));
        Assert.Equal(Rows("local"), Rows("served"));
        Assert.Equal(30, (int)HoneProcess.Run(["score", "--rollouts", _folder["served"], "--json", .. servers]).Done().Json["resumed"]!);
        _folder.Refuses(3, ["log-probabilities of tiny/bytes", "this is arith-base"],
            ["score", "--quiet", "--rollouts", _folder["served"], "--model", "arith-base"]);
    }

    private string[] Rows(string log) =>
        [.. File.ReadLines(_folder[$"{log}/hone-logprobs.jsonl"]).Where(line => line.Contains("\"row\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
