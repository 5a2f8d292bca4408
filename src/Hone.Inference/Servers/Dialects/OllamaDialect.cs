using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;

namespace Hone.Inference.Servers.Dialects;

/// <summary>
/// Ollama's `/api/generate` in raw mode (docs/api.md; api/types.go of Ollama 0.13: log-probabilities since 0.12.11, `truncate`
/// and `shift` off so that nothing is cut silently). It has no log-probabilities of prompts.
/// </summary>
internal sealed class OllamaDialect(ServerConnection connection, string model) : IServerDialect
{
    public Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel) => throw connection.Fault(
        "Ollama gives no log-probabilities of prompts", "use --target completion", ServerProblem.Refused);

    public async Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel)
    {
        SamplingRule rule = request.Rule;
        var body = new JsonObject
        {
            ["model"] = model, ["prompt"] = prompt.Text, ["raw"] = true, ["stream"] = false, ["logprobs"] = request.LogProbs,
            ["truncate"] = false, ["shift"] = false,
            ["options"] = new JsonObject
            {
                ["num_predict"] = request.MaxTokens, ["temperature"] = rule.Temperature, ["top_k"] = rule.TopK, ["top_p"] = rule.TopP,
                ["min_p"] = rule.MinP, ["repeat_penalty"] = 1.0, ["presence_penalty"] = 0.0, ["frequency_penalty"] = 0.0,
                ["seed"] = (long)(request.Seed & 0x7FFFFFFF),
            },
        };
        ServerAnswer answer = await connection.Post("api/generate", body, cancel).ConfigureAwait(false);
        string text = answer.String(answer.Root, "response");
        bool truncated = answer.String(answer.Root, "done_reason") == "length";
        int tokens = answer.Count(answer.Root, "eval_count");
        int? promptTokens = ServerAnswer.Number(ServerAnswer.Member(answer.Root, "prompt_eval_count"));
        if (!request.LogProbs)
        {
            return new SampledText(text, null, [], tokens, promptTokens, truncated);
        }

        JsonElement[] entries = answer.Array(answer.Root, "logprobs");

        // The end token is counted but has no text, so it may be missing here.
        return entries.Length == 0 || entries.Length > tokens || entries.Length < tokens - 1
            ? throw answer.Bad($"with {entries.Length} log-probabilities for {tokens} tokens")
            : new SampledText(
                text, null, [.. entries.Select(entry => answer.LogProb(ServerAnswer.Member(entry, "logprob"), "logprobs"))],
                entries.Length, promptTokens, truncated);
    }
}
