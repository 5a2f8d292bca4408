using System.Text.Json.Nodes;
using Hone.Inference.Tests.Servers;

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

    [Fact]
    public void Other_weights_under_the_same_name_are_refused_when_a_log_is_gone_on_with()
    {
        WriteLog(6);
        string server = _servers.Start(Shifted(0)).Url;
        HoneProcess.Run("score", "--rollouts", _folder["log"], "--server", server).Done();
        WriteLog(9);
        HoneProcess.Run("score", "--rollouts", _folder["log"], "--server", server).Done();
        WriteLog(12);
        _folder.Refuses(3, ["the served model gives", "expected the same scores", "Hint: serve the model"],
            ["score", "--quiet", "--rollouts", _folder["log"], "--server", _servers.Start(Shifted(-0.5)).Url]);
    }

    [Fact]
    public void A_row_that_no_server_answers_is_named_when_the_others_are_done()
    {
        WriteLog(8);
        Func<FakeRequest, FakeReply> shape = Shifted(0);
        FakeServer server = _servers.Start(request => request.Body?["prompt"]?.ToString().StartsWith("5+1=", StringComparison.Ordinal) == true
            ? new FakeReply(400, """{"error":{"message":"cannot be tokenised"}}""")
            : shape(request));
        Ran ran = HoneProcess.Run("score", "--quiet", "--rollouts", _folder["log"], "--server", server.Url);
        Assert.Equal(1, ran.Code);
        Assert.Contains("no answer for row 5 of", ran.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be tokenised", ran.Error, StringComparison.Ordinal);
        Assert.Equal(7, Rows("log").Length);
    }

    private void WriteLog(int rows) => _folder.Write("log/1.jsonl", [.. Enumerable.Range(0, rows).Select(i => new JsonObject
    {
        ["input"] = $"{i}+1=", ["output"] = $"<answer> {i + 1}</answer>", ["score"] = 1.0, ["step"] = 1,
    }.ToJsonString())]);

    // Every log-probability of a prompt, so much lower.
    private Func<FakeRequest, FakeReply> Shifted(double by)
    {
        Func<FakeRequest, FakeReply> shape = _servers.Shapes.Vllm(context: ArithServers.Context);
        return request =>
        {
            FakeReply reply = shape(request);
            if (by == 0 || JsonNode.Parse(reply.Body)?["choices"]?[0]?["prompt_logprobs"] is not JsonArray items)
            {
                return reply;
            }

            JsonNode body = items.Root;
            foreach (JsonNode entry in items.Where(item => item is not null).Select(item => item!.AsObject().Single().Value!))
            {
                entry["logprob"] = (double)entry["logprob"]! + by;
            }

            return FakeReply.Json(body);
        };
    }

    private string[] Rows(string log) =>
        [.. File.ReadLines(_folder[$"{log}/hone-logprobs.jsonl"]).Where(line => line.Contains("\"row\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
