using System.Text.Json.Nodes;
using Hone.Inference;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>Log-probs of given text have the bits of the local model's scores.</summary>
public class ScoringTests
{
    private static readonly string[] Texts = ["a", "ab", "What is 2+2?", "na\u00efve \ud83d\ude00 text", new('x', 200), "The quick brown fox jumps."];

    [Fact]
    public async Task Echoed_prompts_have_the_bits_of_local_scores()
    {
        await using TestServer server = await TestServer.StartAsync();
        string prompts = new JsonArray([.. Texts.Select(text => (JsonNode)text)]).ToJsonString();
        JsonObject answer = await server.CompleteAsync($$"""{"prompt":{{prompts}},"echo":true,"max_tokens":0,"logprobs":0}""");
        for (int i = 0; i < Texts.Length; i++)
        {
            JsonObject choice = answer.Choice(i);
            float[] expected = Score(server, Texts[i]);
            float?[] found = choice["logprobs"]!["token_logprobs"].Floats();
            Assert.Equal(Texts[i], choice["text"].Text());
            Assert.Equal("length", choice["finish_reason"].Text());
            Assert.Null(found[0]);
            Assert.Equal(expected, found.Skip(1).Select(value => value!.Value));
            Assert.Null(choice["logprobs"]!["top_logprobs"]![0]);
            Assert.Equal(Enumerable.Range(0, found.Length), choice["logprobs"]!["text_offset"].Ints());

            // As vLLM, echo with logprobs gives the other shape too.
            JsonArray places = choice["prompt_logprobs"]!.AsArray();
            int[] ids = TinyModel.Tokenizer.Encode(Texts[i]);
            Assert.Equal(ids.Length, places.Count);
            Assert.Null(places[0]);
            Assert.Equal(expected, Enumerable.Range(1, ids.Length - 1).Select(t => places[t]!.AsObject().Single().Value!["logprob"]!.Float()));
        }

        Assert.Equal(0, answer["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Prompt_log_probs_tell_rank_and_alternatives_by_token_id()
    {
        await using TestServer server = await TestServer.StartAsync();
        int[] ids = [10, 200, 65, 66, 10];
        JsonObject choice = (await server.CompleteAsync(
            """{"prompt":[10,200,65,66,10],"max_tokens":1,"prompt_logprobs":3,"seed":1,"return_token_ids":true}""")).Choice();
        JsonArray places = choice["prompt_logprobs"]!.AsArray();
        Assert.Equal(ids.Length, places.Count);
        Assert.Single(choice["token_ids"].Ints());
        for (int t = 1; t < ids.Length; t++)
        {
            float[] all = CompletionTests.Everything(server, ids[..t]);
            int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(id => all[id])];
            JsonObject place = places[t]!.AsObject();
            Assert.Equal(order.Take(3).Append(ids[t]).Distinct().Order(), place.Select(item => AnswerExtensions.Number(item.Key)).Order());
            Assert.Equal(ids[t], AnswerExtensions.Number(place.First().Key));
            foreach ((string key, JsonNode? entry) in place)
            {
                int id = AnswerExtensions.Number(key);
                Assert.Equal(all[id], entry!["logprob"]!.Float());
                Assert.Equal(1 + Array.IndexOf(order, id), entry["rank"]!.GetValue<int>());
                Assert.Equal(TinyModel.Tokenizer.DecodeContinuation([id], skipSpecialTokens: false), entry["decoded_token"].Text());
            }
        }
    }

    [Fact]
    public async Task Echo_with_a_completion_has_both_parts()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject choice = (await server.CompleteAsync(
            """{"prompt":"What is","echo":true,"max_tokens":9,"seed":3,"logprobs":2,"ignore_eos":true,"return_token_ids":true}""")).Choice();
        int[] drawn = choice["token_ids"].Ints();
        int[] all = [.. TinyModel.Tokenizer.Encode("What is"), .. drawn];
        Assert.StartsWith("What is", choice["text"].Text(), StringComparison.Ordinal);
        float?[] found = choice["logprobs"]!["token_logprobs"].Floats();
        Assert.Equal(all.Length, found.Length);

        // The sampled tokens' log-probs are those that scoring the whole text gives.
        JsonObject scored = (await server.CompleteAsync(
            $$"""{"prompt":[{{string.Join(',', all)}}],"echo":true,"max_tokens":0,"logprobs":2}""")).Choice();
        Assert.Equal(scored["logprobs"]!["token_logprobs"].Floats(), found);
        Assert.Equal(scored["logprobs"]!["top_logprobs"]!.ToJsonString(), choice["logprobs"]!["top_logprobs"]!.ToJsonString());
    }

    [Fact]
    public async Task A_text_as_long_as_the_context_is_scored_and_a_longer_one_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        string full = new('y', TinyModel.Context);
        JsonObject choice = (await server.CompleteAsync($$"""{"prompt":"{{full}}","echo":true,"max_tokens":0,"logprobs":0}""")).Choice();
        Assert.Equal(Score(server, full), choice["logprobs"]!["token_logprobs"].Floats().Skip(1).Select(value => value!.Value));
        (int status, JsonObject error) = await server.RefusedAsync("v1/completions", $$"""{"prompt":"{{full}}y","echo":true,"max_tokens":0}""");
        Assert.Equal(400, status);
        Assert.Contains("maximum context length is 256 tokens", error["message"].Text(), StringComparison.Ordinal);
    }

    private static float[] Score(TestServer server, string text)
    {
        TextScore? score = null;
        server.Local.Text.Score([new ScoringRequest(text, 0)], (_, found) => score = found, TestServer.Cancel);
        return score!.LogProbs;
    }
}
