using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;

namespace Hone.Inference.Servers.Dialects;

/// <summary>
/// SGLang's native `/generate` (docs/basic_usage/native_api.md and sampling_params.md of SGLang 0.5): entries of
/// `input_token_logprobs` and `output_token_logprobs` are [log-prob, token id, text or null], in some versions without the text.
/// </summary>
internal sealed class SglangDialect(ServerConnection connection) : IServerDialect
{
    private const string Path = "generate";

    /// <summary>Whether requests carry a seed; versions before deterministic inference refuse the field.</summary>
    internal bool SendsSeed { get; set; } = true;

    public async Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel)
    {
        JsonObject body = Body(prompt, new JsonObject { ["max_new_tokens"] = 1, ["temperature"] = 0 });
        body["logprob_start_len"] = 0;
        body["return_text_in_logprobs"] = prompt.Ids is null;
        ServerAnswer answer = await connection.Post(Path, body, cancel).ConfigureAwait(false);
        JsonElement meta = answer.Object(answer.Root, "meta_info");
        JsonElement[] entries = answer.Array(
            meta, "input_token_logprobs", prompt.Ids?.Length ?? answer.Count(meta, "prompt_tokens"));
        (int[] ids, string?[] texts, float[] logProbs) = Entries(answer, entries, "input_token_logprobs", prompt: true);
        return new ScoredPrompt(ids, prompt.Ids is null ? texts : null, logProbs);
    }

    public async Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel)
    {
        SamplingRule rule = request.Rule;
        var sampling = new JsonObject
        {
            ["max_new_tokens"] = request.MaxTokens, ["temperature"] = rule.Temperature, ["top_p"] = rule.TopP,
            ["top_k"] = rule.TopK == 0 ? -1 : rule.TopK, ["min_p"] = rule.MinP, ["repetition_penalty"] = 1.0,
        };
        if (SendsSeed)
        {
            sampling["sampling_seed"] = (int)(request.Seed & 0x7FFFFFFF);
        }

        ServerAnswer answer = await connection.Post(Path, Body(prompt, sampling), cancel).ConfigureAwait(false);
        JsonElement meta = answer.Object(answer.Root, "meta_info");
        int tokens = answer.Count(meta, "completion_tokens");
        JsonElement[] entries = answer.Array(meta, "output_token_logprobs", tokens);
        if (tokens > request.MaxTokens)
        {
            throw answer.Bad($"with {tokens} tokens, expected at most {request.MaxTokens}");
        }

        (int[] ids, _, float[] logProbs) = Entries(answer, entries, "output_token_logprobs", prompt: false);

        // Versions before 0.3 give the reason as bare text.
        JsonElement? reason = ServerAnswer.Member(meta, "finish_reason");
        string? ended = ServerAnswer.Text(reason) ?? ServerAnswer.Text(ServerAnswer.Member(reason, "type"));
        return new SampledText(
            answer.String(answer.Root, "text"), ids, logProbs, tokens,
            ServerAnswer.Number(ServerAnswer.Member(meta, "prompt_tokens")), ended == "length");
    }

    /// <summary>Loads other weights of the same architecture from a folder that the server sees.</summary>
    internal async Task LoadCheckpoint(string path, CancellationToken cancel)
    {
        const string Update = "update_weights_from_disk";
        ServerAnswer answer = await connection.Post(Update, new JsonObject { ["model_path"] = path }, cancel).ConfigureAwait(false);
        if (ServerAnswer.Member(answer.Root, "success") is not { ValueKind: JsonValueKind.True })
        {
            string said = ServerAnswer.Text(ServerAnswer.Member(answer.Root, "message")) ?? "no reason";
            throw connection.Fault(
                $"did not load {path} ({connection.OneLine(said)})",
                "the server must see the folder under this path, and hold a model of the same shape", ServerProblem.Refused);
        }
    }

    private static JsonObject Body(ServerPrompt prompt, JsonObject sampling)
    {
        var body = new JsonObject { ["sampling_params"] = sampling, ["return_logprob"] = true, ["top_logprobs_num"] = 0 };
        if (prompt.Ids is { } ids)
        {
            body["input_ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
        }
        else
        {
            body["text"] = prompt.Text;
        }

        return body;
    }

    private static (int[] Ids, string?[] Texts, float[] LogProbs) Entries(
        ServerAnswer answer, JsonElement[] entries, string name, bool prompt)
    {
        int[] ids = new int[entries.Length];
        string?[] texts = new string?[entries.Length];
        float[] logProbs = new float[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            JsonElement[] parts = entries[i].ValueKind == JsonValueKind.Array ? [.. entries[i].EnumerateArray()] : [];
            if (parts.Length is not (2 or 3) || ServerAnswer.Number(parts[1]) is not int id)
            {
                throw answer.Bad($"with {answer.Shown(entries[i])} in '{name}', expected [log-prob, token id, text]");
            }

            ids[i] = id;
            texts[i] = parts.Length > 2 ? ServerAnswer.Text(parts[2]) : null;
            logProbs[i] = prompt && i == 0 ? answer.NoLogProb(parts[0], name) : answer.LogProb(parts[0], name);
        }

        return (ids, texts, logProbs);
    }
}
