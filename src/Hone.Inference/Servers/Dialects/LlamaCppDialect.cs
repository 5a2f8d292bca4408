using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;

namespace Hone.Inference.Servers.Dialects;

/// <summary>
/// llama.cpp's native `/completion` (tools/server/README.md): `completion_probabilities` hold the log-probabilities of the
/// model before any sampler. Prompts are scored by `echo` if the server ever does that; today it ignores the field.
/// </summary>
internal sealed class LlamaCppDialect(ServerConnection connection, string model) : IServerDialect
{
    private readonly OpenAiDialect _openAi = new(connection, model, PromptRoute.Echo, extended: false);

    public Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel) => _openAi.Score(prompt, cancel);

    public async Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel)
    {
        SamplingRule rule = request.Rule;
        var body = new JsonObject
        {
            ["prompt"] = prompt.Ids is { } ids ? new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) : prompt.Text,
            ["n_predict"] = request.MaxTokens, ["temperature"] = rule.Temperature, ["top_k"] = rule.TopK, ["top_p"] = rule.TopP,
            ["min_p"] = rule.MinP, ["typical_p"] = 1.0, ["repeat_penalty"] = 1.0, ["presence_penalty"] = 0.0, ["frequency_penalty"] = 0.0,

            // The largest number asks for a random one.
            ["seed"] = (long)(request.Seed & 0x7FFFFFFF), ["n_probs"] = request.LogProbs ? 1 : 0,
            ["post_sampling_probs"] = false, ["return_tokens"] = true,

            // What was computed for an earlier prompt would change the last bits.
            ["cache_prompt"] = false,
        };
        ServerAnswer answer = await connection.Post("completion", body, cancel).ConfigureAwait(false);
        string text = answer.String(answer.Root, "content");
        string reason = answer.String(answer.Root, "stop_type");
        int? promptTokens = ServerAnswer.Number(ServerAnswer.Member(answer.Root, "tokens_evaluated"));
        if (!request.LogProbs)
        {
            return new SampledText(text, null, [], answer.Count(answer.Root, "tokens_predicted"), promptTokens, reason == "limit");
        }

        JsonElement[] entries = answer.Array(answer.Root, "completion_probabilities");
        if (entries.Length > request.MaxTokens + 1)
        {
            // One more, where the last token was half a character.
            throw answer.Bad($"with {entries.Length} tokens, expected at most {request.MaxTokens}");
        }

        return new SampledText(
            text, [.. entries.Select(entry => answer.Count(entry, "id"))],
            [.. entries.Select(entry => answer.LogProb(ServerAnswer.Member(entry, "logprob"), "completion_probabilities"))],
            entries.Length, promptTokens, reason == "limit");
    }
}
