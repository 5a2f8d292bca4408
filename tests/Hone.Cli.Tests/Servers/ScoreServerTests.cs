using System.Text.Json.Nodes;
using Hone.Inference.Tests.Servers;

namespace Hone.Cli.Tests.Servers;

/// <summary>`hone score --server`.</summary>
public sealed class ScoreServerTests : IDisposable
{
    private readonly ArithServers _servers = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _servers.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("answer", false)]
    [InlineData("answer", true)]
    [InlineData("solution", true)]
    [InlineData("prompt", false)]
    public void ScoresOverHttpAreTheBytesOfLocalOnes(string target, bool tokenizer)
    {
        _folder.Arithmetic("a.jsonl", 24);
        Score("local.jsonl", target, "--model", "arith-base");
        string[] given = tokenizer ? ["--tokenizer", Model] : [];
        Ran ran = Score("served.jsonl", target, ["--server", _servers.Vllm().Url, "--server", _servers.Vllm().Url + "/v1", .. given]);
        Assert.Equal(File.ReadAllText(_folder["local.jsonl"]), File.ReadAllText(_folder["served.jsonl"]));
        Assert.Equal(
            ["out", "target", "prompts", "scored", "resumed", "too_long", "empty_target", "mean_probability", "seconds", "distribution",
                "findings", "servers"],
            ran.Json.Select(field => field.Key));
        JsonObject server = ran.Json["servers"]![0]!.AsObject();
        Assert.Equal(("vLLM", "tiny/bytes", 256), ((string)server["kind"]!, (string)server["model"]!, (int)server["context"]!));
        Assert.Equal(2, ran.Error.Split("prompt log-probs by prompt_logprobs").Length - 1);
    }

    [Fact]
    public void WhenOneOfTwoServersDiesTheFileIsTheSame()
    {
        _folder.Arithmetic("a.jsonl", 60);
        Score("local.jsonl", "answer", "--model", "arith-base");
        Func<FakeRequest, FakeReply> shape = _servers.Shapes.Vllm(context: ArithServers.Context);
        int left = 15;
        FakeServer? dying = null;
        dying = _servers.Start(request =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
            {
                return shape(request);
            }

            dying!.Dispose();
            return shape(request) with { ResetAfter = 30 };
        });
        Score("served.jsonl", "answer", "--server", dying.Url, "--server", _servers.Vllm().Url, "--concurrency", "3");
        Assert.True(left < 0);
        Assert.Equal(File.ReadAllText(_folder["local.jsonl"]), File.ReadAllText(_folder["served.jsonl"]));
    }

    [Fact]
    public void WhatWasScoredBeforeAStopIsKeptAndGoneOnWith()
    {
        _folder.Arithmetic("a.jsonl", 40);
        Score("local.jsonl", "answer", "--model", "arith-base");
        Func<FakeRequest, FakeReply> shape = _servers.Shapes.Vllm(context: ArithServers.Context);
        int left = 20;
        FakeServer server = _servers.Start(request => Interlocked.Decrement(ref left) >= 0
            ? shape(request)
            : new FakeReply(400, """{"error":{"message":"the server is being stopped"}}"""));
        string[] arguments = [.. Arguments("served.jsonl", "answer"), "--server", server.Url];
        Ran stopped = HoneProcess.Run(arguments);
        Assert.Equal(1, stopped.Code);
        Assert.Contains("'the server is being stopped'", stopped.Error, StringComparison.Ordinal);
        int kept = File.ReadAllLines(_folder["served.jsonl"]).Length;
        Assert.InRange(kept, 1, 20);
        left = int.MaxValue;
        Ran resumed = HoneProcess.Run(arguments).Done();
        Assert.Equal(kept, (int)resumed.Json["resumed"]!);
        Assert.Equal(File.ReadAllText(_folder["local.jsonl"]), File.ReadAllText(_folder["served.jsonl"]));

        // The scores of one may be gone on with by the other, and of another prefix by neither.
        Assert.Equal(40, (int)Score("served.jsonl", "answer", "--model", "arith-base").Json["resumed"]!);
        Ran refused = HoneProcess.Run([.. arguments, "--answer-prefix", "=<answer> "]);
        Assert.Equal(3, refused.Code);
        Assert.Contains("expected the same scores", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CompletionsAreScoredWhereTheServerHasNothingElse()
    {
        _folder.Arithmetic("a.jsonl", 6);
        FakeServer server = _servers.Start(_servers.Shapes.LlamaCpp());
        string url = server.Url;
        _folder.Refuses(
            2, ["llama.cpp gives no log-probabilities of prompts", "echo is ignored", "Hint: score --target completion"],
            [.. Arguments("s.jsonl", "answer"), "--server", url, "--quiet"]);
        Score("s.jsonl", "completion", "--server", url);
        JsonObject[] lines = TempFolder.Lines(_folder["s.jsonl"]);
        Assert.Equal(TempFolder.Lines(_folder["a.jsonl"]).Select(row => (string)row["id"]!), lines.Select(line => (string)line["id"]!));
        Assert.All(lines, line => Assert.Equal(5, (int)line["tokens"]!));

        // Samples of a server need not repeat, so that they say nothing of whether the model is the same.
        Assert.Equal(6, (int)Score("s.jsonl", "completion", "--server", url).Json["resumed"]!);
    }

    [Fact]
    public void RowsThatDoNotFitTheServedModelAreCountedAndLeftOut()
    {
        string[] rows = File.ReadAllLines(_folder.Arithmetic("a.jsonl", 2));
        _folder.Write("a.jsonl", rows[0], $$"""{"id":"long","prompt":"{{new string('1', 300)}}=","answer":"2"}""", rows[1]);
        foreach (string[] given in (string[][])[[], ["--model", "arith-base"]])
        {
            Ran ran = Score($"s{given.Length}.jsonl", "answer", ["--server", _servers.Vllm().Url, .. given]);
            Assert.Equal((2, 1), ((int)ran.Json["scored"]!, (int)ran.Json["too_long"]!));
        }
    }

    [Fact]
    public void ConversationsAreRenderedHereAndSentAsTokenIds()
    {
        _folder.Arithmetic("a.jsonl", 6);
        string model = _folder.Model("m");
        _folder.WriteText(
            "m/chat_template.jinja",
            "{% for m in messages %}[{{ m.role }}]{{ m.content }}</answer>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
        string[] chat = ["--chat", "--system", "S"];
        Score("local.jsonl", "answer", ["--model", model, .. chat]);
        FakeServer server = _servers.Vllm();
        Score("served.jsonl", "answer", ["--server", server.Url, "--tokenizer", model, .. chat]);
        Assert.Equal(File.ReadAllText(_folder["local.jsonl"]), File.ReadAllText(_folder["served.jsonl"]));
        Assert.IsType<JsonArray>(server.Requests[^1].Body!["prompt"]);
    }

    [Theory]
    [InlineData("expected a folder with the model's chat template and tokenizer", "--server", "http://127.0.0.1:1", "--chat")]
    [InlineData("--threads does not go with --server", "--server", "http://127.0.0.1:1", "--threads", "2")]
    [InlineData("--tokenizer goes with --server alone", "--model", "arith-base", "--tokenizer", "x")]
    [InlineData("--server http://127.0.0.1:1: named twice", "--server", "http://127.0.0.1:1", "--server", "http://127.0.0.1:1/v1")]
    [InlineData("--server: the server address 'gpu1' is none", "--server", "gpu1")]
    [InlineData("--server: the server address of host holds a user name or password", "--server", "http://me:sesame@host")]
    [InlineData("--concurrency 0: expected 1 or more", "--server", "http://127.0.0.1:1", "--concurrency", "0")]
    [InlineData("Option '--model' is required, or '--server'")]
    public void OptionsThatDoNotGoTogetherAreRefused(string part, params string[] given)
    {
        _folder.Arithmetic("a.jsonl", 2);
        Ran ran = _folder.Refuses(2, [part], [.. Arguments("s.jsonl", "answer"), .. given]);
        Assert.DoesNotContain("sesame", ran.Error, StringComparison.Ordinal);
    }

    private static string Model => Path.Combine(AppContext.BaseDirectory, "models", "arith-base");

    private string[] Arguments(string output, string target) =>
        ["score", "--data", _folder["a.jsonl"], "--out", _folder[output], "--target", target, "--max-tokens", "8", "--json"];

    private Ran Score(string output, string target, params string[] more) => HoneProcess.Run([.. Arguments(output, target), .. more]).Done();
}
