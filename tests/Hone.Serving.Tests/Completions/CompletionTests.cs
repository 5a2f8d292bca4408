using System.Text.Json.Nodes;
using Hone.Inference;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>`/v1/completions` gives what the engine gives in this process.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.8)]
    public async Task Samples_are_those_of_the_local_model(double temperature)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.CompleteAsync(
            $$"""{"model":"tiny","prompt":"What is it?","n":20,"seed":42,"max_tokens":40,"temperature":{{temperature}},"logprobs":0,"return_token_ids":true}""");
        IReadOnlyList<TextCompletion> expected = server.Expected("What is it?", 42, 20, 40, temperature);
        Assert.Equal("text_completion", answer["object"].Text());
        Assert.StartsWith("cmpl-", answer["id"].Text(), StringComparison.Ordinal);
        Assert.Equal("tiny", answer["model"].Text());
        Assert.Equal(20, answer["choices"]!.AsArray().Count);
        for (int i = 0; i < 20; i++)
        {
            JsonObject choice = answer.Choice(i);
            int[] shown = [.. expected[i].Tokens.Where(id => !TinyModel.EndTokens.Contains(id))];
            Assert.Equal(i, choice["index"]!.GetValue<int>());
            Assert.Equal(expected[i].Tokens, choice["token_ids"].Ints());
            Assert.Equal(TinyModel.Tokenizer.Encode("What is it?"), choice["prompt_token_ids"].Ints());
            Assert.Equal(expected[i].LogProbs.Select(value => (float?)value), choice["logprobs"]!["token_logprobs"].Floats());
            Assert.Equal(TinyModel.Tokenizer.DecodeContinuation(shown), choice["text"].Text());
            Assert.Equal(expected[i].Truncated ? "length" : "stop", choice["finish_reason"].Text());
            Assert.Null(choice["stop_reason"]);
        }

        int drawn = expected.Sum(completion => completion.Tokens.Length);
        Assert.Equal(
            $$"""{"prompt_tokens":11,"total_tokens":{{11 + drawn}},"completion_tokens":{{drawn}}}""", answer["usage"]!.ToJsonString());
        Assert.Contains(expected, completion => !completion.Truncated);
        Assert.Contains(expected, completion => completion.Truncated);
    }

    [Fact]
    public async Task Without_a_seed_no_two_answers_are_alike_and_greedy_ones_are()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Body = """{"prompt":"ab","max_tokens":30,"ignore_eos":true,"return_token_ids":true""";
        int[] first = (await server.CompleteAsync(Body + "}")).Choice()["token_ids"].Ints();
        int[] second = (await server.CompleteAsync(Body + "}")).Choice()["token_ids"].Ints();
        Assert.NotEqual(first, second);
        Assert.Equal(30, first.Length);
        int[] greedy = (await server.CompleteAsync(Body + ",\"temperature\":0}")).Choice()["token_ids"].Ints();
        Assert.Equal(greedy, (await server.CompleteAsync(Body + ",\"top_k\":1,\"seed\":3}")).Choice()["token_ids"].Ints());
        Assert.Equal(greedy, (await server.CompleteAsync(Body + ",\"top_p\":1e-9,\"seed\":4}")).Choice()["token_ids"].Ints());
    }

    [Fact]
    public async Task Sixteen_tokens_are_drawn_unless_told_otherwise()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject answer = await server.CompleteAsync("""{"prompt":"ab","ignore_eos":true,"max_tokens":null,"seed":null,"stop":null,"unknown":{"a":[1]}}""");
        Assert.Equal(16, answer["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Null(answer.Choice()["logprobs"]);
        Assert.Null(answer.Choice()["token_ids"]);
        Assert.Null(answer.Choice()["prompt_logprobs"]);
    }

    [Fact]
    public async Task Prompts_of_all_shapes_are_answered_in_order()
    {
        await using TestServer server = await TestServer.StartAsync();
        string[] prompts = ["first", "second one", "\u00e9\ud83d\ude00"];
        int[][] ids = [.. prompts.Select(prompt => TinyModel.Tokenizer.Encode(prompt))];
        const string Options = "\"n\":2,\"seed\":7,\"max_tokens\":12,\"return_token_ids\":true}";
        JsonObject texts = await server.CompleteAsync($$"""{"prompt":{{new JsonArray([.. prompts.Select(p => (JsonNode)p)]).ToJsonString()}},{{Options}}""");
        JsonObject lists = await server.CompleteAsync($$"""{"prompt":[{{string.Join(',', ids.Select(List))}}],{{Options}}""");
        for (int i = 0; i < 6; i++)
        {
            TextCompletion expected = server.Expected(prompts[i / 2], 7, 2, 12)[i % 2];
            Assert.Equal(expected.Tokens, texts.Choice(i)["token_ids"].Ints());
            Assert.Equal(expected.Tokens, lists.Choice(i)["token_ids"].Ints());
            Assert.Equal(ids[i / 2], texts.Choice(i)["prompt_token_ids"].Ints());
        }

        JsonObject one = await server.CompleteAsync($$"""{"prompt":{{List(ids[1])}},{{Options}}""");
        Assert.Equal(texts.Choice(3)["token_ids"].Ints(), one.Choice(1)["token_ids"].Ints());
        JsonObject echoed = await server.CompleteAsync($$"""{"prompt":[{{string.Join(',', ids.Select(List))}}],"echo":true,"max_tokens":0}""");
        Assert.Equal(prompts, Enumerable.Range(0, 3).Select(i => echoed.Choice(i)["text"].Text()));
    }

    [Fact]
    public async Task Alternatives_are_the_most_likely_of_the_place()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonObject choice = (await server.CompleteAsync(
            """{"prompt":"ab","max_tokens":25,"seed":1,"logprobs":5,"return_tokens_as_token_ids":true,"return_token_ids":true}""")).Choice();
        int[] ids = choice["token_ids"].Ints();
        float?[] own = choice["logprobs"]!["token_logprobs"].Floats();
        Assert.Equal(ids.Select(id => $"token_id:{id}"), choice["logprobs"]!["tokens"].Texts());
        for (int i = 0; i < ids.Length; i++)
        {
            Dictionary<string, float> table = choice["logprobs"]!["top_logprobs"]![i]!.AsObject().ToDictionary(item => item.Key, item => item.Value!.Float());
            Assert.Equal(own[i], table[$"token_id:{ids[i]}"]);
            Assert.InRange(table.Count, 5, 6);
            float[] all = Everything(server, [.. TinyModel.Tokenizer.Encode("ab"), .. ids[..i]]);
            float[] best = [.. all.OrderDescending().Take(5)];
            Assert.Equal(best, table.Where(item => table.Count == 5 || item.Key != $"token_id:{ids[i]}").Select(item => item.Value).OrderDescending());
            Assert.All(table, item => Assert.Equal(all[AnswerExtensions.Number(item.Key.Split(':')[1])], item.Value));
        }
    }

    [Fact]
    public async Task Stop_texts_end_a_completion_and_are_left_out()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Body = """{"prompt":"stop?","max_tokens":120,"seed":5,"ignore_eos":true,"return_token_ids":true,"logprobs":0""";
        JsonObject whole = (await server.CompleteAsync(Body + "}")).Choice();
        string text = whole["text"].Text();
        int[] ids = whole["token_ids"].Ints();

        // Two letters in a row somewhere behind the first tokens.
        int at = Enumerable.Range(10, text.Length - 12).First(i => char.IsAsciiLetterOrDigit(text[i]) && char.IsAsciiLetterOrDigit(text[i + 1])
            && text.IndexOf(text.Substring(i, 2), StringComparison.Ordinal) == i);
        string stop = text.Substring(at, 2);
        JsonObject stopped = (await server.CompleteAsync(Body + $",\"stop\":[\"never there\",\"{stop}\"]}}")).Choice();
        Assert.Equal(text[..at], stopped["text"].Text());
        Assert.Equal("stop", stopped["finish_reason"].Text());
        Assert.Equal(stop, stopped["stop_reason"].Text());
        int[] kept = stopped["token_ids"].Ints();
        Assert.Equal(ids[..kept.Length], kept);
        Assert.EndsWith(stop, TinyModel.Tokenizer.DecodeContinuation(kept), StringComparison.Ordinal);
        Assert.Equal(kept.Length, stopped["logprobs"]!["tokens"]!.AsArray().Count);
        JsonObject with = (await server.CompleteAsync(Body + $",\"stop\":\"{stop}\",\"include_stop_str_in_output\":true}}")).Choice();
        Assert.Equal(text[..(at + 2)], with["text"].Text());
        JsonObject token = (await server.CompleteAsync(Body + $",\"stop_token_ids\":[{kept[^1]}]}}")).Choice();
        Assert.Equal(kept[^1], token["stop_reason"]!.GetValue<int>());
        Assert.Equal("stop", token["finish_reason"].Text());
    }

    // The log-probability of every token behind a prefix.
    internal static float[] Everything(TestServer server, int[] prefix)
    {
        using var activations = new Engine.Model.Activations(server.Local.Weights.Config, Engine.Model.ActivationMode.Discard);
        server.Local.Weights.Forward(prefix, Engine.Kernels.SequenceLayout.Independent(prefix.Length), activations);
        int V = server.Local.Weights.Config.VocabularySize;
        float[] logProbs = new float[V], entropies = new float[V];
        int[] rows = [.. Enumerable.Repeat(prefix.Length - 1, V)];
        server.Local.Weights.LogProbs(activations, rows, [.. Enumerable.Range(0, V)], logProbs, entropies);
        return logProbs;
    }

    private static string List(int[] ids) => $"[{string.Join(',', ids)}]";
}
