using System.Text.Json.Nodes;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>What clients ask before they ask for text.</summary>
public class InformationTests
{
    [Fact]
    public async Task Models_version_and_health_are_told()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject models = JsonNode.Parse(await server.Client.GetStringAsync("v1/models", TestServer.Cancel))!.AsObject();
        JsonObject card = models["data"]!.AsArray().Single()!.AsObject();
        Assert.Equal("list", models["object"].Text());
        Assert.Equal("tiny", card["id"].Text());
        Assert.Equal("hone", card["owned_by"].Text());
        Assert.Equal(TinyModel.Context, card["max_model_len"]!.GetValue<int>());
        Assert.Equal("""{"version":"1.2.3"}""", await server.Client.GetStringAsync("version", TestServer.Cancel));
        Assert.Equal("", await server.Client.GetStringAsync("health", TestServer.Cancel));
    }

    [Fact]
    public async Task A_small_cache_shortens_the_longest_sequence()
    {
        await using TestServer server = await TestServer.StartAsync(cacheTokens: 160);
        Assert.Equal(115, server.Server.Engine.ContextTokens);
        foreach (int prompt in new[] { 1, 16, 17, 100, 114 })
        {
            string text = new('x', prompt);
            JsonObject answer = await server.CompleteAsync($$"""{"prompt":"{{text}}","max_tokens":{{115 - prompt}},"ignore_eos":true}""");
            Assert.Equal(115, answer["usage"]!["total_tokens"]!.GetValue<int>());
            Assert.Equal(400, (await server.RefusedAsync("v1/completions", $$"""{"prompt":"{{text}}","max_tokens":{{116 - prompt}}}""")).Status);
        }
    }

    [Fact]
    public async Task Text_becomes_tokens_and_tokens_text()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject tokens = await server.PostAsync("tokenize", """{"prompt":"h\u00e9!","return_token_strs":true}""");
        Assert.Equal(4, tokens["count"]!.GetValue<int>());
        Assert.Equal(TinyModel.Context, tokens["max_model_len"]!.GetValue<int>());
        Assert.Equal([0x68, 0xC3, 0xA9, 0x21], tokens["tokens"].Ints());
        Assert.Equal(4, tokens["token_strs"].Texts().Length);
        Assert.Equal("h\u00e9!", (await server.PostAsync("detokenize", """{"tokens":[104,195,169,33]}"""))["prompt"].Text());
        Assert.Equal("", (await server.PostAsync("detokenize", """{"tokens":[]}"""))["prompt"].Text());
        Assert.Equal("<|endoftext|>", (await server.PostAsync("detokenize", """{"tokens":[256,9999]}"""))["prompt"].Text());
        JsonObject chat = await server.PostAsync("tokenize", """{"messages":[{"role":"user","content":"a"}]}""");
        Assert.Equal(TinyModel.Tokenizer.Encode("<user>a</><a>"), chat["tokens"].Ints());
        Assert.Null(chat["token_strs"]);
        Assert.Empty((await server.PostAsync("tokenize", """{"prompt":""}"""))["tokens"].Ints());
        foreach ((string path, string body) in new[] { ("tokenize", "{}"), ("tokenize", "{\"prompt\":5}"), ("detokenize", "{}"), ("detokenize", "{\"tokens\":[-1]}") })
        {
            Assert.Equal(400, (await server.RefusedAsync(path, body)).Status);
        }
    }
}
