using System.Text.Json.Nodes;
using Hone.Inference.Tests.Servers;

namespace Hone.Cli.Tests.Servers;

/// <summary>`hone eval --server`.</summary>
public sealed class EvalServerTests : IDisposable
{
    private readonly ArithServers _servers = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _servers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnEvaluationIsKeptAndPrintedAgainWithoutSampling()
    {
        _folder.Arithmetic("a.jsonl", 8);
        FakeServer server = _servers.Vllm();
        Ran first = HoneProcess.Run(Arguments("--server", server.Url, "--out", _folder["out"])).Done();
        Assert.Equal("servers", first.Json.Last().Key);
        JsonObject[] lines = TempFolder.Lines(_folder["out/a.jsonl"]);
        Assert.Equal(24, lines.Length);
        Assert.Equal([0, 1, 2], lines.Take(3).Select(line => (int)line["sample"]!));
        JsonNode settings = JsonNode.Parse(File.ReadAllText(_folder["out/eval.json"]))!["settings"]!;
        Assert.Equal("tiny/bytes", (string)settings["served_model"]!);

        int completions = Completions(server);
        Ran again = HoneProcess.Run(Arguments("--server", server.Url, "--out", _folder["out"])).Done();
        Assert.Equal(first.Output, again.Output);
        Assert.Contains("24 of 24 completions are in", again.Error, StringComparison.Ordinal);

        // What the check at the beginning asks, and nothing more.
        Assert.InRange(Completions(server) - completions, 1, 6);
    }

    [Fact]
    public void ADyingServerLosesNoSamples()
    {
        _folder.Arithmetic("a.jsonl", 30);
        Func<FakeRequest, FakeReply> shape = _servers.Shapes.Vllm(context: ArithServers.Context);
        int left = 20;
        FakeServer dying = _servers.Start(request => Interlocked.Decrement(ref left) >= 0 ? shape(request) : shape(request) with { ResetAfter = -2 });
        HoneProcess.Run(Arguments("--server", dying.Url, "--server", _servers.Vllm().Url, "--out", _folder["two"])).Done();
        HoneProcess.Run(Arguments("--server", _servers.Vllm().Url, "--out", _folder["one"])).Done();
        Assert.True(left < 0);
        Assert.Equal(File.ReadAllText(_folder["one/a.jsonl"]), File.ReadAllText(_folder["two/a.jsonl"]));
    }

    [Fact]
    public void CheckpointsAreLoadedAndEvaluatedInTurn()
    {
        _folder.Arithmetic("a.jsonl", 3);
        foreach (string step in (string[])["checkpoint-20", "checkpoint-3", "checkpoint-100"])
        {
            _folder.Write($"run/{step}/config.json", $$"""{"step":"{{step}}"}""");
            _folder.Write($"run/{step}/model.safetensors", "weights");
        }

        List<string> loaded = [];
        FakeServer server = _servers.Start(_servers.Shapes.Sglang(loaded.Add));
        string[] walk = ["--server", server.Url, "--checkpoints", _folder["run"], "--out", _folder["out"]];
        Ran ran = HoneProcess.Run(Arguments(walk)).Done();
        Assert.Equal([_folder["run/checkpoint-3"], _folder["run/checkpoint-20"], _folder["run/checkpoint-100"]], loaded);
        JsonObject[] found = [.. ran.Json["checkpoints"]!.AsArray().Select(item => item!.AsObject())];
        Assert.Equal([3, 20, 100], found.Select(item => (int)item["step"]!));
        Assert.All(found, item => Assert.Equal(3, (int)item["prompts"]!));
        Assert.Equal("SGLang", (string)ran.Json["servers"]![0]!["kind"]!);
        Assert.True(File.Exists(_folder["out/checkpoint-100/results.json"]));
        Assert.Equal(ran.Output, HoneProcess.Run(Arguments(walk)).Done().Output);

        // Another checkpoint of the same name is another model.
        _folder.Write("run/checkpoint-20/config.json", "{}");
        Ran other = HoneProcess.Run(Arguments(walk));
        Assert.Equal(3, other.Code);
        Assert.Contains("settings.model_hash is", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OfATrainersCheckpointsThoseWithAModelAreLoaded()
    {
        _folder.Arithmetic("a.jsonl", 3);
        _folder.Write("run/global_step_3/actor/huggingface/config.json", "{}");
        _folder.Write("run/global_step_3/actor/huggingface/model.safetensors", "weights");
        _folder.Write("run/global_step_4/actor/model_world_size_1_rank_0.pt", "weights");
        _folder.Write("run/global_step_5/actor/huggingface/config.json", "{}");
        List<string> loaded = [];
        FakeServer server = _servers.Start(_servers.Shapes.Sglang(loaded.Add));
        Ran ran = HoneProcess.Run(Arguments("--server", server.Url, "--checkpoints", _folder["run"], "--out", _folder["out"])).Done();
        Assert.Equal([_folder["run/global_step_3/actor/huggingface"]], loaded);
        Assert.True(File.Exists(_folder["out/global_step_3/results.json"]));
        Assert.Contains($"warning: {_folder["run/global_step_4"]}: left out, it has the trainer's own shards", ran.Error, StringComparison.Ordinal);
        Assert.Contains($"warning: {_folder["run/global_step_5"]}: left out, it has no weights", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckpointsTakeAServerThatCanLoadThem()
    {
        _folder.Arithmetic("a.jsonl", 3);
        _folder.Write("run/checkpoint-3/config.json", "{}");
        _folder.Write("run/checkpoint-3/model.safetensors", "weights");
        Directory.CreateDirectory(_folder["empty"]);
        _folder.Refuses(2, ["--checkpoints goes with --server alone"], Arguments("--model", "arith-base", "--checkpoints", _folder["run"]));
        _folder.Refuses(
            3, ["holds no checkpoint"], Arguments("--server", "http://127.0.0.1:1", "--checkpoints", _folder["empty"]));
        _folder.Refuses(
            1, ["vLLM loads no other checkpoint while it runs, expected SGLang"],
            Arguments("--server", _servers.Vllm().Url, "--checkpoints", _folder["run"], "--quiet"));
    }

    private static int Completions(FakeServer server) => server.Requests.Count(request => request.Path == "/v1/completions");

    private string[] Arguments(params string[] more) =>
        ["eval", "--data", _folder["a.jsonl"], "--samples", "3", "--max-tokens", "8", "--json", .. more];
}
