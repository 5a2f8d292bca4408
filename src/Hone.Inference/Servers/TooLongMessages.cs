namespace Hone.Inference.Servers;

/// <summary>How servers say that a text is longer than the model's context; none of them has a code that all share.</summary>
internal static class TooLongMessages
{
    private static readonly string[] Parts =
    [
        // vLLM and OpenAI; SGLang; llama.cpp; TGI's two limits; Ollama.
        "maximum context length", "context_length_exceeded", "max_model_len",
        "longer than the model's context length", "exceeds the model's maximum context",
        "available context size", "exceed_context_size",
        "`inputs` must have less than", "`max_new_tokens` must be <=",
        "exceeds the context length", "exceeds maximum context length",
    ];

    internal static bool Match(string message) =>
        Parts.Any(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
}
