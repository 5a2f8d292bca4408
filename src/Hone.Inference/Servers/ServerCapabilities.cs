using System.Globalization;

namespace Hone.Inference.Servers;

/// <summary>What a server is and can do: told by itself, and verified with a short request.</summary>
/// <param name="Kind">Which server it is.</param>
/// <param name="Version">Its version, where told.</param>
/// <param name="Model">The served model's name.</param>
/// <param name="PromptLogProbs">By which route it gives log-probabilities of prompts.</param>
/// <param name="OutputLogProbs">Whether it gives log-probabilities of what it samples.</param>
/// <param name="TokenIds">Whether prompts may be token ids.</param>
/// <param name="ContextTokens">Longest sequence in tokens, where told.</param>
/// <param name="Remarks">What was found wanting: why log-probabilities cannot be used, for instance.</param>
public sealed record ServerCapabilities(
    ServerKind Kind, string? Version, string Model, PromptRoute PromptLogProbs, bool OutputLogProbs, bool TokenIds,
    int? ContextTokens, IReadOnlyList<string> Remarks)
{
    /// <summary>The server's name as people know it.</summary>
    public string KindName => Kind switch
    {
        ServerKind.Hone => "Hone",
        ServerKind.Vllm => "vLLM",
        ServerKind.Sglang => "SGLang",
        ServerKind.LlamaCpp => "llama.cpp",
        ServerKind.Tgi => "TGI",
        ServerKind.Ollama => "Ollama",
        _ => "OpenAI-compatible",
    };

    /// <summary>How prompt log-probabilities come, in the server's own words; null for not at all.</summary>
    public string? RouteName => PromptLogProbs switch
    {
        PromptRoute.PromptLogProbs => "prompt_logprobs",
        PromptRoute.Echo => "echo",
        PromptRoute.Generate => "input_token_logprobs",
        PromptRoute.Prefill => "prefill",
        _ => null,
    };

    /// <summary>All of it in one line.</summary>
    public override string ToString()
    {
        string version = Version is null ? "" : $" {Version}";
        string context = ContextTokens is int tokens ? string.Create(CultureInfo.InvariantCulture, $", context {tokens}") : "";
        string prompt = RouteName is { } route ? $"prompt log-probs by {route}" : "no prompt log-probs";
        string output = OutputLogProbs ? "output log-probs" : "no output log-probs";
        string ids = TokenIds ? "takes token ids" : "takes text";
        string remarks = Remarks.Count > 0 ? $" ({string.Join("; ", Remarks)})" : "";
        return $"{KindName}{version}, model {Model}{context}, {prompt}, {output}, {ids}{remarks}";
    }
}
