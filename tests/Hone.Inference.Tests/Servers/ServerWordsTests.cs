using System.Diagnostics;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>What servers say is shown without keys, and half characters and silence at the start do no harm.</summary>
public sealed class ServerWordsTests : ServerTest
{
    private const string Key = "sk-sesame-123";

    [Fact]
    public void Half_a_character_in_a_models_name_is_no_name()
    {
        var error = Assert.Throws<ServerException>(() => Capabilities(
            _ => new FakeReply(200, """{"data":[{"id":"\ud800","owned_by":"vllm"}]}""")));
        Assert.Contains("names no model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_in_a_complaint_leaves_the_complaint()
    {
        var error = Assert.Throws<ServerException>(() => Capabilities(
            _ => new FakeReply(401, """{"error":{"message":"bad \udc00"}}""")));
        Assert.Contains("answered 401", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"50\":", "\"\\udc00\":")]
    [InlineData("\"choices\":", "\"choice\\ud800\":")]
    public void Half_a_character_in_an_answer_is_no_crash(string whole, string half)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool broken = false;
        int edited = 0;
        ServerPool pool = Connect(Options with { Retries = 1 }, Start(request =>
        {
            FakeReply reply = shape(request);
            edited += broken && reply.Body.Contains(whole, StringComparison.Ordinal) ? 1 : 0;
            return broken ? reply with { Body = reply.Body.Replace(whole, half, StringComparison.Ordinal) } : reply;
        }));
        broken = true;
        var error = Assert.Throws<ServerException>(() => Score(pool, new ScoringRequest("2+2=4", 4)));
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        Assert.True(edited > 0);
    }

    [Fact]
    public void Half_a_character_as_a_tokens_text_is_a_text_that_is_not_told()
    {
        const string Told = "\"decoded_token\":\"=\"";
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        ServerPool pool = Connect(Start(request =>
        {
            FakeReply reply = shape(request);
            return reply with { Body = reply.Body.Replace(Told, "\"decoded_token\":\"\\udc00\"", StringComparison.Ordinal) };
        }));
        ScoringRequest request = new("2+2=4", 4);
        Same([Model.Score(request)[0]!.LogProbs], Score(pool, request));
    }

    [Fact]
    public void A_key_is_masked_before_words_are_cut()
    {
        for (int before = 40; before < 62; before++)
        {
            CheckHidden(Refuses(new FakeReply(400, new string('x', before) + Key + " and so on")));
        }

        for (int before = 185; before < 202; before++)
        {
            string said = new string('x', before) + Key;
            CheckHidden(Refuses(new FakeReply(400, $$$"""{"error":{"message":"{{{said}}}"}}""")));
        }
    }

    [Fact]
    public void A_key_in_names_and_versions_is_masked()
    {
        CheckHidden(Assert.Throws<ServerException>(() => Capabilities(
            _ => new FakeReply(200, $$"""{"data":[{"id":"x{{Key}}","owned_by":"vllm"},{"id":"y","owned_by":"vllm"}]}"""), Keyed)).Message);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        string line = Capabilities(
            request =>
            {
                FakeReply reply = shape(request);
                return reply with { Body = reply.Body.Replace("0.11.0", Key, StringComparison.Ordinal).Replace(FakeEngine.Name, Key, StringComparison.Ordinal) };
            },
            Keyed).ToString();
        Assert.Contains("[key], model [key]", line, StringComparison.Ordinal);
        CheckHidden(line);
    }

    [Fact]
    public void A_server_that_hangs_is_left_out_without_a_second_try()
    {
        FakeServer hanging = Start(_ => FakeReply.NotFound with { Delay = TimeSpan.FromMinutes(2) });
        long begun = Stopwatch.GetTimestamp();
        ServerPool pool = Connect(Options with { ConnectTimeout = TimeSpan.FromSeconds(1) }, hanging, Start(Shapes.Vllm()));
        Assert.Single(pool.Servers);
        Assert.Single(hanging.Requests);
        Assert.Contains("did not answer in full within 1 s", Assert.Single(Warnings), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.9, 15);
    }

    [Fact]
    public void A_server_that_refuses_is_left_out_where_there_is_another()
    {
        ServerPool pool = Connect(Start(_ => new FakeReply(401, "{}")), Start(Shapes.Vllm()));
        Assert.Single(pool.Servers);
        Assert.Contains("Going on without it", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_samples_nothing_is_no_crash()
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        ServerCapabilities found = Capabilities(
            request => request.Body is { } body && body["prompt_logprobs"] is null
                ? new FakeReply(200, """
                    {"choices":[{"index":0,"text":"","finish_reason":"stop","token_ids":[],"logprobs":{"tokens":[],"token_logprobs":[]}}],
                     "usage":{"prompt_tokens":22,"completion_tokens":0}}
                    """)
                : shape(request),
            Options with { Tokenizer = Model.Tokenizer });
        Assert.Equal(PromptRoute.PromptLogProbs, found.PromptLogProbs);
    }

    [Fact]
    public void A_key_over_plain_http_to_another_machine_is_warned_of()
    {
        using var connection = new ServerConnection(ServerAddress.Parse("http://gpu.invalid:8000"), Keyed);
        CheckHidden(Assert.Single(Warnings));
        Assert.Contains("plain http", Warnings[0], StringComparison.Ordinal);
        using var local = new ServerConnection(ServerAddress.Parse("http://localhost:8000"), Keyed);
        using var safe = new ServerConnection(ServerAddress.Parse("https://gpu.invalid:8000"), Keyed);
        Assert.Single(Warnings);
        Assert.Null(ServerAddress.Parse("http://api.openai.com").KeyFrom(name => name == "OPENAI_API_KEY" ? Key : null));
    }

    [Theory]
    [InlineData("hone", -1)]
    [InlineData("vllm", 0)]
    public async Task Our_own_server_gets_every_seed_as_it_is(string owner, long sent)
    {
        FakeServer server = Start(Shapes.Vllm(owner));
        ServerPool pool = Connect(server);
        await Task.Run(() => pool.Complete([new CompletionRequest("ab", [ulong.MaxValue], 2)], new Engine.Kernels.SamplingRule(), cancel: Cancel), Cancel);
        Assert.Equal(sent, (long)server.Requests[^1].Body!["seed"]!);
    }

    private ServerOptions Keyed => Options with { Environment = name => name == "HONE_API_KEY" ? Key : null };

    private string Refuses(FakeReply reply)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        return Assert.Throws<ServerException>(
            () => Capabilities(request => request.Path == "/v1/models" ? reply with { Status = 403 } : shape(request), Keyed)).Message;
    }

    private static void CheckHidden(string text) => Assert.DoesNotContain("sk-", text, StringComparison.Ordinal);
}
