namespace Hone.Inference.Servers;

/// <summary>The servers that are told apart.</summary>
public enum ServerKind
{
    /// <summary>Any server with OpenAI's `/v1/completions`.</summary>
    OpenAi,

    /// <summary>Our own, `hone serve`; it speaks as vLLM does.</summary>
    Hone,

    /// <summary>vLLM.</summary>
    Vllm,

    /// <summary>SGLang.</summary>
    Sglang,

    /// <summary>llama.cpp's llama-server.</summary>
    LlamaCpp,

    /// <summary>Hugging Face's text-generation-inference.</summary>
    Tgi,

    /// <summary>Ollama.</summary>
    Ollama,
}

/// <summary>How a server gives the log-probabilities of a prompt's tokens.</summary>
public enum PromptRoute
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>`prompt_logprobs` of vLLM's `/v1/completions`.</summary>
    PromptLogProbs,

    /// <summary>`echo` with `logprobs` of OpenAI's `/v1/completions`.</summary>
    Echo,

    /// <summary>`input_token_logprobs` of SGLang's `/generate`.</summary>
    Generate,

    /// <summary>`prefill` of TGI's `/generate`.</summary>
    Prefill,
}
