using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Inference.Servers.Dialects;

/// <summary>
/// `/v1/completions`, as OpenAI documents it and as vLLM extends it (vllm/entrypoints/openai/completion/protocol.py and
/// serving.py: `prompt_logprobs`, `add_special_tokens`, `return_token_ids`, `top_k`, `min_p`, `repetition_penalty`).
/// </summary>
/// <param name="connection">The server.</param>
/// <param name="model">The served model's name.</param>
/// <param name="route">How prompts are scored.</param>
/// <param name="extended">Whether the server knows vLLM's fields.</param>
/// <param name="ours">Whether it is our own, which scores a prompt without sampling a token, and so one as long as the context.</param>
internal sealed class OpenAiDialect(
    ServerConnection connection, string model, PromptRoute route, bool extended, bool ours = false) : IServerDialect
{
    private const string Path = "v1/completions";

    public async Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel)
    {
        JsonObject body = Body(prompt, ours ? 0 : 1);
        body["temperature"] = 0;
        if (route == PromptRoute.PromptLogProbs)
        {
            body["prompt_logprobs"] = 0;
            body["return_token_ids"] = true;
            body["echo"] = ours;
        }

        if (route == PromptRoute.Echo || prompt.Ids is null)
        {
            // Where echo is not the route it tells the first token's text, which prompt_logprobs leave out.
            body["echo"] = true;
            body["logprobs"] = extended ? 0 : 1;
        }

        ServerAnswer answer = await connection.Post(Path, body, cancel).ConfigureAwait(false);
        JsonElement choice = OnlyChoice(answer);
        int? told = ServerAnswer.Number(ServerAnswer.Member(ServerAnswer.Member(answer.Root, "usage"), "prompt_tokens"));
        return route == PromptRoute.PromptLogProbs
            ? PromptLogProbs(answer, choice, prompt.Ids?.Length ?? told)
            : Echoed(answer, choice, prompt.Ids?.Length ?? told);
    }

    public async Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel)
    {
        JsonObject body = Body(prompt, request.MaxTokens);
        body["temperature"] = request.Rule.Temperature;
        body["top_p"] = request.Rule.TopP;
        body["n"] = 1;
        if (extended)
        {
            body["top_k"] = request.Rule.TopK == 0 ? -1 : request.Rule.TopK;
            body["min_p"] = request.Rule.MinP;
            body["repetition_penalty"] = 1.0;
            body["return_token_ids"] = true;
        }
        else if (request.Rule.TopK != 0 || request.Rule.MinP > 0)
        {
            throw connection.Fault(
                "OpenAI's protocol has no top-k and no min-p", "leave out --top-k and --min-p", ServerProblem.Refused);
        }

        // vLLM takes every 64-bit number, of which -1 means none; to our own server it is a number like others.
        long seed = extended ? unchecked((long)request.Seed) : (long)(request.Seed & 0x7FFFFFFF);
        body["seed"] = seed == -1 && !ours ? 0 : seed;
        if (request.LogProbs)
        {
            body["logprobs"] = extended ? 0 : 1;
        }

        ServerAnswer answer = await connection.Post(Path, body, cancel).ConfigureAwait(false);
        return Sampled(answer, request);
    }

    private JsonObject Body(ServerPrompt prompt, int maxTokens)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["prompt"] = prompt.Ids is { } ids ? new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) : prompt.Text,
            ["max_tokens"] = maxTokens,
        };
        if (extended && prompt.Ids is null)
        {
            body["add_special_tokens"] = prompt.AddSpecialTokens;
        }

        return body;
    }

    private static JsonElement OnlyChoice(ServerAnswer answer)
    {
        JsonElement choice = answer.Array(answer.Root, "choices", 1)[0];
        return ServerAnswer.Member(choice, "index") is not { } index || ServerAnswer.Number(index) == 0
            ? choice
            : throw answer.Bad($"with choice {answer.Shown(index)}, expected choice 0");
    }

    // One object a token, of which the only key is the token's id.
    private static ScoredPrompt PromptLogProbs(ServerAnswer answer, JsonElement choice, int? tokens)
    {
        JsonElement[] items = answer.Array(choice, "prompt_logprobs", tokens);
        float[] logProbs = new float[items.Length];
        int[] ids = new int[items.Length];
        string?[] texts = new string?[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (i == 0)
            {
                logProbs[0] = answer.NoLogProb(items[0], "prompt_logprobs");
                ids[0] = ServerAnswer.Number(FirstOf(choice, "prompt_token_ids")) ?? ScoredPrompt.UnknownId;
                texts[0] = ServerAnswer.Text(FirstOf(ServerAnswer.Member(choice, "logprobs"), "tokens"));
                continue;
            }

            JsonProperty[] fields = items[i].ValueKind == JsonValueKind.Object ? [.. items[i].EnumerateObject()] : [];
            if (fields is not [var only] || !int.TryParse(ServerAnswer.NameOf(only), NumberStyles.None, CultureInfo.InvariantCulture, out ids[i]))
            {
                throw answer.Bad($"with {fields.Length} tokens at position {i} of 'prompt_logprobs', expected one, under its id");
            }

            logProbs[i] = answer.LogProb(ServerAnswer.Member(only.Value, "logprob"), "prompt_logprobs");
            texts[i] = ServerAnswer.Text(ServerAnswer.Member(only.Value, "decoded_token"));
        }

        return new ScoredPrompt(ids, texts, logProbs);
    }

    private static JsonElement? FirstOf(JsonElement? parent, string name) =>
        ServerAnswer.Member(parent, name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : null;

    private static ScoredPrompt Echoed(ServerAnswer answer, JsonElement choice, int? tokens)
    {
        JsonElement lists = answer.Object(choice, "logprobs");
        JsonElement[] texts = answer.Array(lists, "tokens");
        JsonElement[] values = answer.Array(lists, "token_logprobs", texts.Length);

        // The last one was sampled, where the server did as it was told.
        int sampled = ServerAnswer.Number(ServerAnswer.Member(ServerAnswer.Member(answer.Root, "usage"), "completion_tokens")) ?? 1;
        int count = texts.Length - sampled;
        if (count < 1 || (tokens is int expected && count != expected))
        {
            throw answer.Bad(
                $"with {texts.Length} tokens in 'logprobs', expected the prompt's {tokens} and {sampled} more: echo is ignored");
        }

        float[] logProbs = new float[count];
        for (int i = 0; i < count; i++)
        {
            logProbs[i] = i == 0 ? answer.NoLogProb(values[0], "token_logprobs") : answer.LogProb(values[i], "token_logprobs");
        }

        return new ScoredPrompt(null, [.. texts.Take(count).Select(item => ServerAnswer.Text(item))], logProbs);
    }

    private static SampledText Sampled(ServerAnswer answer, SamplingRequest request)
    {
        JsonElement choice = OnlyChoice(answer);
        string text = answer.String(choice, "text");
        bool truncated = answer.String(choice, "finish_reason") == "length";
        JsonElement? usage = ServerAnswer.Member(answer.Root, "usage");
        int? told = ServerAnswer.Number(ServerAnswer.Member(usage, "completion_tokens"));
        int? promptTokens = ServerAnswer.Number(ServerAnswer.Member(usage, "prompt_tokens"));
        if (!request.LogProbs)
        {
            int tokens = told ?? throw answer.Bad("without 'usage.completion_tokens'");
            return new SampledText(text, null, [], tokens, promptTokens, truncated);
        }

        JsonElement[] values = answer.Array(answer.Object(choice, "logprobs"), "token_logprobs");
        if (values.Length > request.MaxTokens || (told is int count && count != values.Length))
        {
            throw answer.Bad($"with {values.Length} log-probabilities for {told} tokens, at most {request.MaxTokens}");
        }

        int[]? ids = ServerAnswer.Member(choice, "token_ids") is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == values.Length
                ? [.. list.EnumerateArray().Select(id => ServerAnswer.Number(id) ?? throw answer.Bad("with a 'token_ids' that is no id"))]
                : null;
        return new SampledText(
            text, ids, [.. values.Select(value => answer.LogProb(value, "token_logprobs"))], values.Length, promptTokens, truncated);
    }
}
