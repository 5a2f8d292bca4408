using System.Text.Json.Nodes;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>All parts of a streamed answer together are the answer that comes at once.</summary>
public class StreamTests
{
    [Theory]
    [InlineData("\"prompt\":\"tell me\",\"n\":3,\"seed\":9,\"max_tokens\":60")]
    [InlineData("\"prompt\":[\"tell me\",\"or not\"],\"seed\":9,\"max_tokens\":40,\"echo\":true,\"logprobs\":2")]
    [InlineData("\"prompt\":[\"tell me\",\"or not\"],\"n\":2,\"seed\":9,\"max_tokens\":0,\"echo\":true,\"logprobs\":1")]
    [InlineData("\"prompt\":\"tell me\",\"seed\":4,\"max_tokens\":90,\"ignore_eos\":true,\"stop\":[\"a\",\"e\",\"xyz\"],\"logprobs\":0")]
    public async Task Completions_in_parts_are_the_whole(string fields)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject whole = await server.CompleteAsync($"{{{fields},\"return_token_ids\":true}}");
        JsonObject[] parts = await server.StreamAsync(
            "v1/completions", $"{{{fields},\"return_token_ids\":true,\"stream\":true,\"stream_options\":{{\"include_usage\":true}}}}");
        Assert.Equal(whole["usage"]!.ToJsonString(), parts[^1]["usage"]!.ToJsonString());
        Assert.Empty(parts[^1]["choices"]!.AsArray());
        Assert.Single(parts.Select(part => part["id"].Text()).Distinct());
        int choices = whole["choices"]!.AsArray().Count;
        for (int i = 0; i < choices; i++)
        {
            JsonObject[] own = [.. parts[..^1].Select(part => part.Choice()).Where(choice => choice["index"]!.GetValue<int>() == i)];
            JsonObject expected = whole.Choice(i);
            Assert.Equal(expected["text"].Text(), string.Concat(own.Select(part => part["text"].Text())));
            Assert.Equal(expected["token_ids"].Ints(), own.SelectMany(part => part["token_ids"].Ints()));
            Assert.Equal(expected["finish_reason"].Text(), own[^1]["finish_reason"].Text());
            Assert.Equal(expected["stop_reason"]?.ToJsonString(), own[^1]["stop_reason"]?.ToJsonString());
            Assert.All(own[..^1], part => Assert.Null(part["finish_reason"]));
            Assert.Equal(expected["prompt_token_ids"].Ints(), own[0]["prompt_token_ids"].Ints());
            foreach (string name in new[] { "tokens", "token_logprobs", "top_logprobs", "text_offset" })
            {
                Assert.Equal(
                    expected["logprobs"]?[name]!.AsArray().Select(item => item?.ToJsonString()) ?? [],
                    own.SelectMany(part => part["logprobs"]?[name]!.AsArray().Select(item => item?.ToJsonString()) ?? []));
            }
        }
    }

    [Fact]
    public async Task Tokens_come_as_they_are_drawn()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject[] parts = await server.StreamAsync(
            "v1/completions", """{"prompt":"x","max_tokens":200,"ignore_eos":true,"seed":1,"stream":true}""");
        Assert.InRange(parts.Length, 2, 201);
        Assert.DoesNotContain(parts, part => part.ContainsKey("error"));
    }

    [Fact]
    public async Task Chat_in_parts_is_the_whole()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Fields = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"n\":2,\"seed\":2,\"max_tokens\":50,\"logprobs\":true,\"top_logprobs\":2,\"return_token_ids\":true";
        JsonObject whole = await server.ChatAsync($"{{{Fields}}}");
        JsonObject[] parts = await server.StreamAsync("v1/chat/completions", $"{{{Fields},\"stream\":true,\"stream_options\":{{\"include_usage\":true}}}}");
        Assert.Equal(whole["usage"]!.ToJsonString(), parts[^1]["usage"]!.ToJsonString());
        Assert.All(parts, part => Assert.Equal("chat.completion.chunk", part["object"].Text()));
        for (int i = 0; i < 2; i++)
        {
            JsonObject[] own = [.. parts[..^1].Select(part => part.Choice()).Where(choice => choice["index"]!.GetValue<int>() == i)];
            Assert.Equal("assistant", own[0]["delta"]!["role"].Text());
            Assert.All(own[1..], part => Assert.False(part["delta"]!.AsObject().ContainsKey("role")));
            Assert.Equal(whole.Choice(i)["message"]!["content"].Text(), string.Concat(own.Select(part => part["delta"]!["content"].Text())));
            Assert.Equal(whole.Choice(i)["finish_reason"].Text(), own[^1]["finish_reason"].Text());
            Assert.Equal(
                whole.Choice(i)["logprobs"]!["content"]!.AsArray().Select(item => item!.ToJsonString()),
                own[1..].SelectMany(part => part["logprobs"]!["content"]!.AsArray().Select(item => item!.ToJsonString())));
        }
    }
}
