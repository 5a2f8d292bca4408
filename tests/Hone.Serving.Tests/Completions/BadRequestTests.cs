using System.Text.Json.Nodes;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>What is wrong or not supported is refused in one clear line, never guessed at or left out.</summary>
public class BadRequestTests
{
    public static TheoryData<string, string?> Cases => new()
    {
        { "{}", "prompt" },
        { "\"prompt\":null", "prompt" },
        { "\"prompt\":\"\"", "prompt" },
        { "\"prompt\":[]", "prompt" },
        { "\"prompt\":[[]]", "prompt" },
        { "\"prompt\":[\"\"]", "prompt" },
        { "\"prompt\":5", "prompt" },
        { "\"prompt\":{\"a\":1}", "prompt" },
        { "\"prompt\":[\"a\",5]", "prompt" },
        { "\"prompt\":[5,[5]]", "prompt" },
        { "\"prompt\":[[5],[\"a\"]]", "prompt" },
        { "\"prompt\":[true]", "prompt" },
        { "\"prompt\":[null]", "prompt" },
        { "\"prompt\":[-1]", "prompt" },
        { "\"prompt\":[1.5]", "prompt" },
        { "\"prompt\":[260]", "prompt" },
        { "\"prompt\":[99999999999]", "prompt" },
        { "\"prompt\":\"\\ud800\"", "prompt" },
        { "\"prompt\":\"a\",\"max_tokens\":-1", "max_tokens" },
        { "\"prompt\":\"a\",\"max_tokens\":0", "max_tokens" },
        { "\"prompt\":\"a\",\"max_tokens\":\"5\"", "max_tokens" },
        { "\"prompt\":\"a\",\"max_tokens\":1.5", "max_tokens" },
        { "\"prompt\":\"a\",\"max_tokens\":1e30", "max_tokens" },
        { "\"prompt\":\"a\",\"max_tokens\":2147483647", null },
        { "\"prompt\":\"a\",\"max_tokens\":256", null },
        { "\"prompt\":\"a\",\"temperature\":-1", "temperature" },
        { "\"prompt\":\"a\",\"temperature\":\"hot\"", "temperature" },
        { "\"prompt\":\"a\",\"temperature\":1e999", "temperature" },
        { "\"prompt\":\"a\",\"top_p\":0", "top_p" },
        { "\"prompt\":\"a\",\"top_p\":1.5", "top_p" },
        { "\"prompt\":\"a\",\"min_p\":1", "min_p" },
        { "\"prompt\":\"a\",\"top_k\":-2", "top_k" },
        { "\"prompt\":\"a\",\"n\":0", "n" },
        { "\"prompt\":\"a\",\"n\":1000000", "n" },
        { "\"prompt\":\"a\",\"n\":2,\"temperature\":0", "n" },
        { "\"prompt\":[\"a\",\"b\"],\"n\":1000", "n" },
        { "\"prompt\":\"a\",\"seed\":1.5", "seed" },
        { "\"prompt\":\"a\",\"seed\":9223372036854775808", "seed" },
        { "\"prompt\":\"a\",\"stop\":5", "stop" },
        { "\"prompt\":\"a\",\"stop\":[5]", "stop" },
        { "\"prompt\":\"a\",\"stop\":\"\"", "stop" },
        { "\"prompt\":\"a\",\"stop_token_ids\":[-1]", "stop_token_ids" },
        { "\"prompt\":\"a\",\"logprobs\":21", "logprobs" },
        { "\"prompt\":\"a\",\"logprobs\":-1", "logprobs" },
        { "\"prompt\":\"a\",\"logprobs\":true", "logprobs" },
        { "\"prompt\":\"a\",\"prompt_logprobs\":21", "prompt_logprobs" },
        { "\"prompt\":\"a\",\"prompt_logprobs\":1,\"stream\":true", "prompt_logprobs" },
        { "\"prompt\":\"a\",\"echo\":\"yes\"", "echo" },
        { "\"prompt\":\"a\",\"stream\":1", "stream" },
        { "\"prompt\":\"a\",\"stream_options\":{\"include_usage\":true}", "stream_options" },
        { "\"prompt\":\"a\",\"stream\":true,\"stream_options\":5", "stream_options" },
        { "\"prompt\":\"a\",\"logit_bias\":{\"5\":100}", "logit_bias" },
        { "\"prompt\":\"a\",\"presence_penalty\":0.5", "presence_penalty" },
        { "\"prompt\":\"a\",\"frequency_penalty\":-0.5", "frequency_penalty" },
        { "\"prompt\":\"a\",\"repetition_penalty\":1.1", "repetition_penalty" },
        { "\"prompt\":\"a\",\"best_of\":2", "best_of" },
        { "\"prompt\":\"a\",\"suffix\":\"b\"", "suffix" },
        { "\"prompt\":\"a\",\"use_beam_search\":true", "use_beam_search" },
        { "\"prompt\":\"a\",\"min_tokens\":2", "min_tokens" },
        { "\"prompt\":\"a\",\"guided_regex\":\"a+\"", "guided_regex" },
        { "\"prompt\":\"a\",\"structured_outputs\":{\"json\":{}}", "structured_outputs" },
        { "\"prompt\":\"a\",\"response_format\":{\"type\":\"json_object\"}", "response_format" },
        { "\"prompt\":\"a\",\"truncate_prompt_tokens\":5", "truncate_prompt_tokens" },
        { "\"prompt\":\"a\",\"bad_words\":[\"b\"]", "bad_words" },
        { "\"prompt\":\"a\",\"model\":5", "model" },
        { "\"\\ud800\":1,\"prompt\":\"a\"", null },
        { "\"prompt\":\"a\",\"response_format\":{\"\\ud800\":1}", null },
        { "\"prompt\":\"a\",\"response_format\":{\"type\":\"\\ud800\"}", "response_format" },
        { "\"prompt\":\"a\",\"suffix\":\"\\ud800\"", "suffix" },
    };

    [Fact]
    public async Task Each_is_a_400_that_names_the_field()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (ITheoryDataRow row in Cases)
        {
            object?[] data = row.GetData();
            string fields = (string)data[0]!;
            (int status, JsonObject error) = await server.RefusedAsync("v1/completions", fields == "{}" ? fields : $"{{{fields}}}");
            Assert.True(status == 400, $"{fields}: {status}");
            Assert.True((string?)error["param"] == (string?)data[1], $"{fields}: {error.ToJsonString()}");
            Assert.Equal("BadRequestError", error["type"].Text());
            Assert.DoesNotContain('\n', error["message"].Text());
        }

        Assert.Equal(0, server.Server.Engine.Pending);
    }

    [Fact]
    public async Task Fields_set_to_what_changes_nothing_pass()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.CompleteAsync(
            """
            {"prompt":"a","model":"tiny","logit_bias":{},"presence_penalty":0,"frequency_penalty":0.0,"repetition_penalty":1.0,"best_of":1,
             "suffix":"","use_beam_search":false,"min_tokens":0,"bad_words":[],"guided_json":null,"response_format":{"type":"text"},
             "user":"me","top_k":-1,"priority":3,"max_tokens":3.0,"ignore_eos":true,"length_penalty":1.0,"thinking_token_budget":-1}
            """);
        Assert.Equal(3, answer["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Another_model_is_not_found()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string path in new[] { "v1/completions", "v1/chat/completions", "tokenize", "detokenize" })
        {
            (int status, JsonObject error) = await server.RefusedAsync(path, """{"model":"gpt-4","prompt":"a","messages":[],"tokens":[]}""");
            Assert.Equal(404, status);
            Assert.Equal("NotFoundError", error["type"].Text());
            Assert.Contains("gpt-4", error["message"].Text(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"user","content":"a"}],"\ud800":1}""")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"user","\ud800":"a"}]}""")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"user","content":[{"\ud800":"a"}]}]}""")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"user","content":"a"}],"chat_template_kwargs":{"\ud800":true}}""")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"\ud800","content":"a"}]}""")]
    [InlineData("tokenize", """{"prompt":"a","\ud800":1}""")]
    [InlineData("detokenize", """{"tokens":[1],"\ud800":1}""")]
    public async Task Names_that_are_no_text_are_a_bad_request(string path, string body)
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(400, (await server.RefusedAsync(path, body)).Status);
    }

    [Theory]
    [InlineData(210, "\"prompt_logprobs\":20", "prompt_logprobs")]
    [InlineData(210, "\"echo\":true,\"logprobs\":20", "logprobs")]
    [InlineData(105, "\"prompt_logprobs\":20,\"echo\":true,\"logprobs\":20", "prompt_logprobs")]
    public async Task More_log_probs_than_an_answer_can_hold_are_refused(int length, string fields, string parameter)
    {
        await using TestServer server = await TestServer.StartAsync();
        string prompts = string.Join(',', Enumerable.Repeat($"[{string.Join(',', Enumerable.Repeat("1", length))}]", 1024));
        (int status, JsonObject error) = await server.RefusedAsync(
            "v1/completions", $"{{\"prompt\":[{prompts}],\"max_tokens\":1,{fields}}}");
        Assert.Equal((400, parameter), (status, (string?)error["param"]));
        Assert.Contains("expected at most 4194304", error["message"].Text(), StringComparison.Ordinal);
        Assert.Equal(0, server.Server.Engine.Pending);
    }

    [Fact]
    public async Task Text_that_cannot_fit_is_not_tokenized()
    {
        await using TestServer server = await TestServer.StartAsync();
        string text = new('x', 1_000_000);
        foreach ((string path, string field) in new[]
        {
            ("v1/completions", $"\"prompt\":\"{text}\""), ("v1/completions", $"\"prompt\":[\"a\",\"{text}\"]"),
            ("v1/chat/completions", $"\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]"),
        })
        {
            (int status, JsonObject error) = await server.RefusedAsync(path, $"{{{field}}}");
            Assert.Equal(400, status);
            Assert.Contains("of 10000", error["message"].Text(), StringComparison.Ordinal);
            Assert.Contains("maximum context length is 256 tokens", error["message"].Text(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Long_and_hostile_bodies_leave_the_server_well()
    {
        await using TestServer server = await TestServer.StartAsync();
        string many = string.Join(',', Enumerable.Repeat("1", 2_000_000));
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", $"{{\"prompt\":[{many}]}}")).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", $"{{\"prompt\":[{string.Join(',', Enumerable.Repeat("\"a\"", 2000))}]}}")).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", $"{{\"prompt\":\"{new string('x', 3_000_000)}\"}}")).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", $"{{\"prompt\":\"a\",\"stop\":[{string.Join(',', Enumerable.Repeat("\"b\"", 100))}]}}")).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", "{\"prompt\":\"a\",\"temperature\":NaN}")).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", new string('[', 100_000))).Status);
        Assert.Equal(400, (await server.RefusedAsync("v1/completions", $"{{\"prompt\":\"a\",\"stop\":\"{new string('b', 1025)}\"}}")).Status);
        await server.CompleteAsync("""{"prompt":"a"}""");
    }
}
