using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;

namespace Hone.Inference.Servers.Dialects;

/// <summary>
/// TGI's `/generate` (docs/openapi.json of TGI 3.3): `details.prefill` holds the prompt's tokens where the server was started
/// with --enable-prefill-logprobs, `details.tokens` what was sampled.
/// </summary>
internal sealed class TgiDialect(ServerConnection connection) : IServerDialect
{
    private const string Path = "generate";

    public async Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["inputs"] = prompt.Text,
            ["parameters"] = new JsonObject { ["max_new_tokens"] = 1, ["details"] = true, ["decoder_input_details"] = true },
        };
        ServerAnswer answer = await connection.Post(Path, body, cancel).ConfigureAwait(false);
        JsonElement[] entries = answer.Array(answer.Object(answer.Root, "details"), "prefill");
        if (entries.Length == 0)
        {
            throw answer.Bad("with an empty 'prefill'");
        }

        return new ScoredPrompt(
            [.. entries.Select(entry => answer.Count(entry, "id"))], [.. entries.Select(entry => answer.String(entry, "text"))],
            [.. entries.Select((entry, i) => ServerAnswer.Member(entry, "logprob") is var value && i == 0
                ? answer.NoLogProb(value, "prefill")
                : answer.LogProb(value, "prefill"))]);
    }

    public async Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel)
    {
        SamplingRule rule = request.Rule;
        if (rule.MinP > 0)
        {
            throw connection.Fault("TGI has no min-p", "leave out --min-p", ServerProblem.Refused);
        }

        // What TGI refuses as a value, it takes as a field that is missing: temperature 0, top-k 0, top-p 1.
        var parameters = new JsonObject
        {
            ["max_new_tokens"] = request.MaxTokens, ["details"] = true, ["do_sample"] = rule.Temperature > 0,
            ["seed"] = (long)(request.Seed & 0x7FFFFFFF), ["repetition_penalty"] = 1.0,
        };
        if (rule.Temperature > 0)
        {
            parameters["temperature"] = rule.Temperature;
        }

        if (rule.TopK > 0)
        {
            parameters["top_k"] = rule.TopK;
        }

        if (rule.TopP < 1)
        {
            parameters["top_p"] = rule.TopP;
        }

        ServerAnswer answer = await connection.Post(
            Path, new JsonObject { ["inputs"] = prompt.Text, ["parameters"] = parameters }, cancel).ConfigureAwait(false);
        JsonElement details = answer.Object(answer.Root, "details");
        int tokens = answer.Count(details, "generated_tokens");
        JsonElement[] entries = answer.Array(details, "tokens", tokens);
        return tokens > request.MaxTokens
            ? throw answer.Bad($"with {tokens} tokens, expected at most {request.MaxTokens}")
            : new SampledText(
                answer.String(answer.Root, "generated_text"), [.. entries.Select(entry => answer.Count(entry, "id"))],
                [.. entries.Select(entry => answer.LogProb(ServerAnswer.Member(entry, "logprob"), "tokens"))], tokens, null,
                answer.String(details, "finish_reason") == "length");
    }
}
