using System.Text.Json.Nodes;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>What servers are taken for, and what they are found to be able to do.</summary>
public sealed class ServerConnectTests : ServerTest
{
    [Fact]
    public void Every_kind_is_recognised_and_verified()
    {
        Assert.Equal(
            "vLLM 0.11.0, model tiny/bytes, context 64, prompt log-probs by prompt_logprobs, output log-probs, takes token ids",
            Capabilities(Shapes.Vllm()).ToString());
        Assert.Equal(
            "Hone 0.11.0, model tiny/bytes, context 64, prompt log-probs by prompt_logprobs, output log-probs, takes token ids",
            Capabilities(Shapes.Vllm("hone")).ToString());
        Assert.Equal(
            "SGLang 0.5.5, model tiny/bytes, context 64, prompt log-probs by input_token_logprobs, output log-probs, takes token ids",
            Capabilities(Shapes.Sglang()).ToString());
        Assert.Equal(
            "TGI 3.3.5, model tiny/bytes, context 64, prompt log-probs by prefill, output log-probs, takes text",
            Capabilities(Shapes.Tgi(prefill: true)).ToString());
        Assert.Equal(
            "Ollama 0.13.1, model tiny/bytes, no prompt log-probs, output log-probs, takes text", Capabilities(Shapes.Ollama()).ToString());
        Assert.Equal(
            "OpenAI-compatible, model tiny/bytes, prompt log-probs by echo, output log-probs, takes text",
            Capabilities(Shapes.OpenAi()).ToString());
    }

    [Fact]
    public void Echo_that_is_accepted_and_ignored_is_caught()
    {
        ServerCapabilities found = Capabilities(Shapes.LlamaCpp());
        Assert.Equal(
            (ServerKind.LlamaCpp, "b7000-abc", 64, PromptRoute.None, true),
            (found.Kind, found.Version, found.ContextTokens, found.PromptLogProbs, found.OutputLogProbs));
        Assert.Contains("echo is ignored", Assert.Single(found.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Tgi_without_its_flag_has_no_prompt_log_probs()
    {
        ServerCapabilities found = Capabilities(Shapes.Tgi(prefill: false));
        Assert.Equal((PromptRoute.None, true), (found.PromptLogProbs, found.OutputLogProbs));
        Assert.Contains("prefill logprobs are not enabled", Assert.Single(found.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_logprobs_that_are_ignored_give_way_to_echo() =>
        Assert.Equal(PromptRoute.Echo, Capabilities(Edited(body => body.Remove("prompt_logprobs"))).PromptLogProbs);

    [Theory]
    [InlineData("-0.5", true)]
    [InlineData("3.25", false)] // a server that gives logits
    [InlineData("-30", false)] // finite and negative, but not what the token has in a prompt
    public void Output_log_probs_are_compared_with_those_of_a_prompt(string offset, bool good)
    {
        float shift = good ? 0 : float.Parse(offset, System.Globalization.CultureInfo.InvariantCulture);
        Func<FakeRequest, FakeReply> answer = Answered(Shapes.Vllm(), choice =>
        {
            if (choice["logprobs"] is JsonObject lists && choice["prompt_logprobs"] is null)
            {
                lists["token_logprobs"] = new JsonArray([.. lists["token_logprobs"]!.AsArray().Select(value => JsonValue.Create(shift + (double)value!))]);
            }
        });
        ServerCapabilities found = Capabilities(answer, Options with { Tokenizer = Model.Tokenizer });
        Assert.Equal((PromptRoute.PromptLogProbs, good), (found.PromptLogProbs, found.OutputLogProbs));
        Assert.Equal(good ? 0 : 1, found.Remarks.Count);
    }

    [Fact]
    public void Token_ids_are_tried_where_nothing_says_that_they_are_taken()
    {
        ServerOptions options = Options with { Tokenizer = Model.Tokenizer };
        Assert.True(Capabilities(Shapes.OpenAi(), options).TokenIds);
        Func<FakeRequest, FakeReply> textAlone = Shapes.OpenAi();
        ServerCapabilities found = Capabilities(
            request => request.Body?["prompt"] is JsonArray ? new FakeReply(400, """{"error":"prompt must be a string"}""") : textAlone(request), options);
        Assert.False(found.TokenIds);
        Assert.Contains("prompt must be a string", Assert.Single(found.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        Func<FakeRequest, FakeReply> answer = Answered(Shapes.Vllm(), choice =>
        {
            if (choice["prompt_logprobs"] is JsonArray items)
            {
                JsonObject entry = items[3]!.AsObject();
                choice["prompt_logprobs"]![3] = new JsonObject { ["9"] = entry.Single().Value!.DeepClone() };
            }
        });
        var error = Assert.Throws<ServerException>(() => Capabilities(answer, Options with { Tokenizer = Model.Tokenizer }));
        Assert.Contains("give the tokenizer of the served model", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServerProblem.Refused, error.Problem);
    }

    [Fact]
    public void Of_several_served_models_one_must_be_named()
    {
        Func<FakeRequest, FakeReply> one = Shapes.Vllm();
        FakeReply Two(FakeRequest request)
        {
            FakeReply reply = one(request);
            JsonNode body = JsonNode.Parse(reply.Body)!;
            if (request.Path == "/v1/models")
            {
                body["data"]!.AsArray().Add(JsonNode.Parse("""{"id":"adapter-1","object":"model","owned_by":"vllm","max_model_len":64}"""));
            }

            return FakeReply.Json(body);
        }

        var error = Assert.Throws<ServerException>(() => Capabilities(Two));
        Assert.Contains("serves 2 models: 'tiny/bytes', 'adapter-1'. Hint: name one with --server-model", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ServerException>(() => Capabilities(Two, Options with { Model = "adapter-2" }));
        Assert.Contains("expected 'adapter-2'", error.Message, StringComparison.Ordinal);
        FakeServer server = Start(Two);
        Assert.Equal("adapter-1", Connect(Options with { Model = "adapter-1" }, server).Model);
        Assert.All(server.Requests.Where(request => request.Body is not null), request => Assert.Equal("adapter-1", (string)request.Body!["model"]!));
    }

    [Fact]
    public void Sglang_that_knows_no_seeds_is_asked_without()
    {
        Func<FakeRequest, FakeReply> known = Shapes.Sglang();
        ServerCapabilities found = Capabilities(request => request.Body?["sampling_params"]?["sampling_seed"] is not null
            ? new FakeReply(400, """{"error":{"message":"Unexpected keyword argument 'sampling_seed'"}}""")
            : known(request));
        Assert.True(found.OutputLogProbs);
        Assert.Equal("takes no seeds", Assert.Single(found.Remarks));
    }

    [Fact]
    public void Servers_of_different_models_are_refused_by_what_they_make_of_a_text()
    {
        using var other = new TinyModel();
        foreach (ref float value in other.Weights.Parameters["model.embed_tokens.weight"].Span)
        {
            value *= 2;
        }

        other.Weights.WeightsChanged();
        using var engine = new FakeEngine(ids => other.LogProbs(ids, 1));
        FakeServer one = Start(Shapes.Vllm()), two = Start(new RecordedShapes(engine).Sglang());
        var error = Assert.Throws<ServerException>(() => Connect(one, two));
        Assert.Contains("serves another model", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Connect(one, Start(Shapes.Sglang())).Servers.Count);
    }

    [Fact]
    public void What_is_no_inference_server_is_refused()
    {
        var error = Assert.Throws<ServerException>(() => Capabilities(_ => new FakeReply(200, "<html>hello</html>") { ContentType = "text/html" }));
        Assert.Contains("answers on no route of an inference server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_left_out_where_there_is_another()
    {
        using FakeServer gone = new(_ => FakeReply.NotFound);
        ServerAddress address = gone.Address;
        gone.Dispose();
        var error = Assert.Throws<ServerException>(() => ServerPool.Connect([address], Options, Cancel));
        Assert.Contains("Hint: check that the server runs", error.Message, StringComparison.Ordinal);
        using ServerPool pool = ServerPool.Connect([address, Start(Shapes.Vllm()).Address], Options, Cancel);
        Assert.Single(pool.Servers);
        Assert.Contains("Going on without it", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    private Func<FakeRequest, FakeReply> Edited(Action<JsonObject> edit)
    {
        Func<FakeRequest, FakeReply> answer = Shapes.Vllm();
        return request =>
        {
            if (request.Body is { } body)
            {
                edit(body);
            }

            return answer(request);
        };
    }

    private static Func<FakeRequest, FakeReply> Answered(Func<FakeRequest, FakeReply> answer, Action<JsonObject> edit) => request =>
    {
        FakeReply reply = answer(request);
        if (reply.Status != 200 || JsonNode.Parse(reply.Body) is not JsonObject body || body["choices"] is not JsonArray choices)
        {
            return reply;
        }

        edit(choices[0]!.AsObject());
        return FakeReply.Json(body);
    };
}
