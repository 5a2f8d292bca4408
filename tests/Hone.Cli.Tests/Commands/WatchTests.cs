using System.Text.Json.Nodes;
using Hone.Dashboard;
using Hone.Hosting;

namespace Hone.Cli.Tests.Commands;

/// <summary>What the live page shows of a finished run is what `hone rank` prints.</summary>
public sealed class WatchTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly string[] Fields =
        ["step", "score", "low", "high", "hard", "samples", "threshold", "train_reward", "truncated", "probability_best"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", 3.0, 100, false)]
    [InlineData(",\"rank\":{\"hardest\":20,\"window\":6}", 20.0, 6, true, "--hardest", "20", "--window", "6")]
    [InlineData(",\"rank\":{\"hardest\":3,\"window\":100}", 3.0, 100, true)]
    [InlineData(",\"rank\":{\"hardest\":4.5,\"window\":100}", 4.5, 100, true, "--hardest", "4.5")]
    [InlineData(",\"rank\":{\"hardest\":-1,\"window\":\"x\"}", 3.0, 100, false)]
    public async Task A_finished_run_is_ranked_as_rank_ranks_it(string settings, double percent, int window, bool own, params string[] options)
    {
        Write(settings);
        JsonNode ranked = HoneProcess.Run(["rank", _folder["runs/a"], .. options, "--json"]).Done().Json;
        JsonNode shown = await Ranking();
        Assert.Equal((percent, window, own), ((double)shown["hardest_percent"]!, (int)shown["window_steps"]!, (bool)shown["own_settings"]!));
        Assert.Contains(string.Join(' ', ["hone rank RUN", .. options]), (string)shown["method"]!, StringComparison.Ordinal);
        Assert.True((bool)shown["saved"]!);
        Assert.Equal((int)ranked["pick"]!["step"]!, (int)shown["pick"]!);
        Assert.Equal([10, 15, 20, 40], shown["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        Assert.Equal(Rows(ranked), Rows(shown));
        Assert.Equal($"{ranked["indistinguishable"]!.ToJsonString()} {ranked["nothing_differs"]}", $"{shown["indistinguishable"]!.ToJsonString()} {shown["nothing_differs"]}");
        Assert.Equal(
            ranked["diagnoses"]!.AsArray().Select(found => $"{found!["id"]} {found["severity"]} {found["message"]} {found["next_step"]}"),
            shown["diagnoses"]!.AsArray().Select(found => $"{found!["id"]} {found["severity"]} {found["message"]} {found["next_step"]}"));
        Assert.NotEmpty(shown["diagnoses"]!.AsArray());
        string[] warnings = [.. shown["warnings"]!.AsArray().Select(text => (string)text!)];
        Assert.Contains("Left out: checkpoint 70, for the log ends with step 40.", warnings);
        Assert.Contains("Scored by the log alone: checkpoint 15, whose folders the run deleted to keep its best.", warnings);
        string[] said = [.. ranked["warnings"]!.AsArray().Select(warning => (string)warning!["message"]!)];
        Assert.All(warnings, warning => Assert.Contains(warning, said));
    }

    [Theory]
    [InlineData("watch", "runs")]
    [InlineData("serve", "--model", "arith-base")]
    [InlineData("serve-rewards", "--batch", "8", "--out", "rewards")]
    public void Every_server_takes_the_same_address(string command, params string[] needed)
    {
        _folder.Refuses(2, ["--port 70000: expected 0 to 65535"], [command, .. needed, "--port", "70000"]);
        _folder.Refuses(2, ["--host 0.0.0.0 can be reached from other machines, expected a key"], [command, .. needed, "--host", "0.0.0.0"]);
        Assert.Contains("Address to listen on; one that other machines reach", HoneProcess.Run(command, "--help").Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--host 0.0.0.0 can be reached from other machines, expected a key", "--host", "0.0.0.0")]
    [InlineData("--host :: can be reached from other machines, expected a key", "--host", "::")]
    [InlineData("--host example.org: expected an IP address or localhost", "--host", "example.org")]
    [InlineData("--port 70000: expected 0 to 65535", "--port", "70000")]
    public void Wrong_options_are_refused(string part, params string[] options)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(WebHostSettings.KeyVariable) is { Length: > 0 }, "a key is set");
        _folder.Refuses(2, [part], ["watch", _folder.Root, .. options]);
    }

    // Steps 1 to 40, checkpoints of 10, 20 and 40, one that was deleted, and one that the log does not reach.
    private void Write(string settings)
    {
        LogWriters.Write("hone", _folder, "log");
        _folder.Write("runs/a/run.json", """{"command":"train","config":{"steps":40""" + settings + "}}");
        foreach (IGrouping<int, string> step in File.ReadLines(_folder["log/rollouts.jsonl"]).GroupBy(line => (int)JsonNode.Parse(line)!["step"]!))
        {
            _folder.Write($"runs/a/rollouts/step-{step.Key:D6}.jsonl", [.. step]);
        }

        foreach (int step in new[] { 10, 20, 40, 70 })
        {
            _folder.Write($"runs/a/checkpoints/step-{step:D6}/config.json", "{}");
            _folder.Write($"runs/a/checkpoints/step-{step:D6}/model.safetensors", "weights");
        }

        _folder.Write("runs/a/deleted.jsonl", "{\"step\":15,\"score\":0.5}", "{\"step\":20,\"score\":0.25}");
    }

    private static string[] Rows(JsonNode ranking) =>
        [.. ranking["checkpoints"]!.AsArray().Select(row => string.Join(' ', Fields.Select(field => $"{row![field]}")))];

    private async Task<JsonNode> Ranking()
    {
        await using WatchServer server = await WatchServer.StartAsync(
            _folder["runs"], new WebHostSettings(), TimeProvider.System, TextWriter.Null, Cancel);
        using var client = new HttpClient();
        for (DateTime end = DateTime.UtcNow + Soon; ;)
        {
            JsonNode run = JsonNode.Parse(await client.GetStringAsync(new Uri(server.Host.Address, "api/runs/a"), Cancel))!;
            if (run["ranking"] is { } ranking && (int)ranking["rollouts"]! == LoggedRun.Rows.Count)
            {
                return ranking;
            }

            Assert.True(DateTime.UtcNow < end, $"no ranking has come: {run}");
            await Task.Delay(100, Cancel);
        }
    }
}
