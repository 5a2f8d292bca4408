using System.Text;
using System.Text.Json.Nodes;
using Hone.Inference;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>`/v1/chat/completions` puts messages through the model's template and completes what comes out.</summary>
public class ChatTests
{
    [Fact]
    public async Task A_conversation_is_the_templates_text_completed()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.ChatAsync(
            """{"messages":[{"role":"system","content":"be"},{"role":"user","content":"hi"}],"seed":11,"max_completion_tokens":30,"logprobs":true,"top_logprobs":3,"return_token_ids":true,"prompt_logprobs":0}""");
        const string Prompt = "<system>be</><user>hi</><a>";
        TextCompletion expected = server.Expected(Prompt, 11, 1, 30)[0];
        JsonObject choice = answer.Choice();
        Assert.Equal("chat.completion", answer["object"].Text());
        Assert.StartsWith("chatcmpl-", answer["id"].Text(), StringComparison.Ordinal);
        Assert.Equal(TinyModel.Tokenizer.Encode(Prompt), answer["prompt_token_ids"].Ints());
        Assert.Equal(Prompt.Length, answer["prompt_logprobs"]!.AsArray().Count);
        Assert.Equal("assistant", choice["message"]!["role"].Text());
        Assert.Equal(expected.Tokens, choice["token_ids"].Ints());
        Assert.Equal(expected.Truncated ? "length" : "stop", choice["finish_reason"].Text());
        JsonArray content = choice["logprobs"]!["content"]!.AsArray();
        Assert.Equal(expected.LogProbs, content.Select(item => item!["logprob"]!.Float()));
        Assert.All(content, item =>
        {
            Assert.Equal(3, item!["top_logprobs"]!.AsArray().Count);
            Assert.Equal(Encoding.UTF8.GetBytes(item["token"].Text()).Select(value => (int)value), item["bytes"].Ints());
        });
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"continue_final_message":true,"add_generation_prompt":false""", "<user>a</><assistant>b")]
    [InlineData("""[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]""", "<user>a</><assistant>b</><a>")]
    [InlineData("""[{"role":"user","content":"a"}],"add_generation_prompt":false""", "<user>a</>")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""", "<user>a\nb</><a>")]
    [InlineData("""[{"role":"user","content":"a","name":"x"}],"tools":[],"tool_choice":"none","response_format":{"type":"text"},"chat_template_kwargs":{"enable_thinking":false}""", "<user>a</><a>")]
    public async Task Messages_become_the_prompt(string messages, string prompt)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.ChatAsync($"{{\"messages\":{messages},\"max_tokens\":1,\"return_token_ids\":true}}");
        Assert.Equal(TinyModel.Tokenizer.Encode(prompt), answer["prompt_token_ids"].Ints());
    }

    [Fact]
    public async Task A_conversation_may_fill_the_context_unless_told_otherwise()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.ChatAsync("""{"messages":[{"role":"user","content":"a"}],"ignore_eos":true}""");
        Assert.Equal(TinyModel.Context, answer["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{}", "messages")]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":"hi"}""", "messages")]
    [InlineData("""{"messages":["hi"]}""", "messages")]
    [InlineData("""{"messages":[{"content":"hi"}]}""", "messages")]
    [InlineData("""{"messages":[{"role":5,"content":"hi"}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":5}]}""", "messages.content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"a","b":1,"b":2}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"top_logprobs":2}""", "top_logprobs")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"logprobs":5}""", "logprobs")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"logprobs":true,"top_logprobs":21}""", "top_logprobs")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function"}]}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function"}}""", "tool_choice")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", "response_format")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"chat_template":"x"}""", "chat_template")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"chat_template_kwargs":{"x":1}}""", "chat_template_kwargs")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"continue_final_message":true}""", "continue_final_message")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"continue_final_message":true,"add_generation_prompt":true}""", "continue_final_message")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"echo":true}""", "echo")]
    public async Task Wrong_conversations_are_refused(string body, string parameter)
    {
        await using TestServer server = await TestServer.StartAsync();
        (int status, JsonObject error) = await server.RefusedAsync("v1/chat/completions", body);
        Assert.Equal(400, status);
        Assert.Equal(parameter, (string?)error["param"] ?? "messages");
    }
}
