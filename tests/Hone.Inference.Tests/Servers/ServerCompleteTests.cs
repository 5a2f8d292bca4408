using System.Text.Json.Nodes;
using Hone.Engine.Kernels;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>Sampling over HTTP: what is asked for, and what is made of the answer.</summary>
public sealed class ServerCompleteTests : ServerTest
{
    [Theory]
    [InlineData("vllm")]
    [InlineData("sglang")]
    [InlineData("llama.cpp")]
    [InlineData("tgi")]
    [InlineData("ollama")]
    [InlineData("openai")]
    public void Completions_come_in_order_with_their_log_probs(string kind)
    {
        CompletionRequest[] requests = [new("2+2=", [3, 4], 3), new("9*9=", [5], 20)];
        ServerPool pool = Connect(Start(Shape(kind)));
        List<TextCompletion> told = [];
        IReadOnlyList<TextCompletion> found = pool.Complete(requests, new SamplingRule(), told.Add, Cancel);
        Assert.Equal([(0, 0), (0, 1), (1, 0)], found.Select(completion => (completion.Request, completion.Sample)));
        Assert.Equal(found.OrderBy(Key), told.OrderBy(Key));
        for (int i = 0; i < found.Count; i++)
        {
            CompletionRequest request = requests[found[i].Request];
            int[] drawn = FakeEngine.Sample(FakeEngine.Bytes(request.Prompt), (long)request.Seeds[found[i].Sample], request.MaxTokens);
            Assert.Equal(FakeEngine.Text(drawn), found[i].Text);
            Assert.Equal(drawn.Length < 5, found[i].Truncated);

            // Ollama tells neither ids nor the end token's value.
            int[] told2 = kind == "ollama" ? [.. drawn.Where(id => id != TinyModel.EndToken)] : drawn;
            int[] ids = [.. FakeEngine.Bytes(request.Prompt), .. told2];
            Assert.Equal(Engine.LogProbs(ids)[^told2.Length..], found[i].LogProbs);
            Assert.Equal(kind is "ollama" or "openai" ? [.. told2.Select(_ => -1)] : told2, found[i].Tokens);
        }

        static (int, int) Key(TextCompletion completion) => (completion.Request, completion.Sample);
    }

    [Theory]
    [InlineData("vllm", """{"temperature":0.7,"top_p":0.9,"top_k":-1,"min_p":0.1,"repetition_penalty":1,"seed":-2,"n":1}""")]
    [InlineData("sglang", """{"sampling_params":{"max_new_tokens":4,"temperature":0.7,"top_p":0.9,"top_k":-1,"min_p":0.1,"repetition_penalty":1,"sampling_seed":2147483646}}""")]
    [InlineData("llama.cpp", """{"temperature":0.7,"top_p":0.9,"top_k":0,"min_p":0.1,"repeat_penalty":1,"seed":2147483646,"cache_prompt":false}""")]
    [InlineData("ollama", """{"raw":true,"stream":false,"truncate":false,"options":{"num_predict":4,"temperature":0.7,"top_k":0,"top_p":0.9,"min_p":0.1,"repeat_penalty":1,"presence_penalty":0,"frequency_penalty":0,"seed":2147483646}}""")]
    public void The_whole_rule_is_sent_so_that_no_default_of_the_server_counts(string kind, string fields)
    {
        FakeServer server = Start(Shape(kind));
        ServerPool pool = Connect(server);
        var rule = new SamplingRule { Temperature = 0.7, TopP = 0.9, MinP = 0.1 };
        pool.Complete([new CompletionRequest("ab", [ulong.MaxValue - 1], 4)], rule, cancel: Cancel);
        JsonObject body = server.Requests[^1].Body!;
        Assert.All(JsonNode.Parse(fields)!.AsObject(), field => Assert.Equal(field.Value!.ToJsonString(), body[field.Key]!.ToJsonString()));
    }

    [Fact]
    public void Tgi_gets_what_it_refuses_as_a_missing_field()
    {
        FakeServer server = Start(Shape("tgi"));
        ServerPool pool = Connect(server);
        pool.Complete([new CompletionRequest("ab", [7], 4)], new SamplingRule { Temperature = 0 }, cancel: Cancel);
        Assert.Equal(
            """{"max_new_tokens":4,"details":true,"do_sample":false,"seed":7,"repetition_penalty":1}""",
            server.Requests[^1].Body!["parameters"]!.ToJsonString());
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("tgi")]
    public void A_rule_that_the_server_has_no_field_for_is_refused(string kind)
    {
        ServerPool pool = Connect(Start(Shape(kind)));
        var error = Assert.Throws<ServerException>(
            () => pool.Complete([new CompletionRequest("ab", [7], 4)], new SamplingRule { MinP = 0.1 }, cancel: Cancel));
        Assert.Contains("leave out", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_completion_ends_where_the_context_does(bool tokenizer)
    {
        FakeServer server = Start(Shapes.Vllm());
        ServerPool pool = Connect(Options with { Tokenizer = tokenizer ? Model.Tokenizer : null }, server);
        string prompt = new('x', TinyModel.Context - 3);
        TextCompletion completion = Assert.Single(pool.Complete([new CompletionRequest(prompt, [1], 40)], new SamplingRule(), cancel: Cancel));
        Assert.Equal((3, true), (completion.Tokens.Length, completion.Truncated));
        Assert.True(pool.Fits(prompt));
        Assert.False(pool.Fits(prompt + "xxx"));
        Exception error = Assert.ThrowsAny<IOException>(() =>
        {
            try
            {
                pool.Complete([new CompletionRequest(prompt + "xxx", [1], 40)], new SamplingRule(), cancel: Cancel);
            }
            catch (InvalidDataException refused)
            {
                throw new IOException(refused.Message);
            }
        });
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_output_log_probs_there_are_completions_all_the_same()
    {
        Func<FakeRequest, FakeReply> shape = Shapes.OpenAi();
        ServerPool pool = Connect(Start(request =>
        {
            request.Body?.Remove("logprobs");
            return shape(request);
        }));
        Assert.False(pool.Servers[0].Capabilities.OutputLogProbs);
        TextCompletion completion = Assert.Single(pool.Complete([new CompletionRequest("ab", [1], 3)], new SamplingRule(), cancel: Cancel));
        Assert.Empty(completion.LogProbs);
        Assert.Equal(3, completion.Tokens.Length);
    }

    private Func<FakeRequest, FakeReply> Shape(string kind) => kind switch
    {
        "vllm" => Shapes.Vllm(),
        "sglang" => Shapes.Sglang(),
        "llama.cpp" => Shapes.LlamaCpp(),
        "tgi" => Shapes.Tgi(prefill: false),
        "ollama" => Shapes.Ollama(),
        _ => Shapes.OpenAi(),
    };
}
