namespace Hone.Engine.Model;

/// <summary>The shape of a decoder-only transformer of the Llama family, as `config.json` describes it.</summary>
public sealed record TransformerConfig
{
    /// <summary>Which published architecture the weights follow.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Number of token ids, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream, C.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the gated feed-forward layer, F.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of query heads, H.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key/value heads, K; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of one head, D; even, because rotary embedding turns pairs.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Longest sequence the model was built for, in tokens.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Added to the mean square inside RMSNorm.</summary>
    public float NormEpsilon { get; init; } = 1e-6f;

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 10000.0;

    /// <summary>How the rotary frequencies are changed for long sequences; null where they are not.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>
    /// For each layer the number of tokens that a query sees, its own and those just before it; 0 for all. Empty where every
    /// layer sees all.
    /// </summary>
    public IReadOnlyList<int> Windows { get; init; } = [];

    /// <summary>Whether the head reuses the embedding matrix.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Whether q, k and v projections have a bias (always for Qwen2; `attention_bias` elsewhere).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias (`attention_bias` of Llama and Qwen3).</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the feed-forward projections have a bias (`mlp_bias` of Llama).</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether queries and keys pass an RMSNorm over the head width before rotary embedding (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Id of the beginning-of-sequence token, if the model has one.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Ids that end a completion.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Id of the padding token; kept for the file, never used by the engine, which packs.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>
    /// What `generation_config.json` says besides token ids, as JSON by key: kept for the files of trained models. The engine
    /// samples by its caller's rule alone.
    /// </summary>
    public IReadOnlyDictionary<string, string> GenerationDefaults { get; init; } = NoDefaults;

    /// <summary>Width of all query heads together, H*D.</summary>
    public int QuerySize => Heads * HeadSize;

    /// <summary>Width of all key heads together, K*D.</summary>
    public int KeyValueSize => KeyValueHeads * HeadSize;

    private static IReadOnlyDictionary<string, string> NoDefaults { get; } = new Dictionary<string, string>();

    /// <summary>Tokens that a query of the layer sees, its own included; 0 for all.</summary>
    public int WindowOf(int layer) => Windows.Count == 0 ? 0 : Windows[layer];
}

/// <summary>The published architectures that the engine runs.</summary>
public enum Architecture
{
    /// <summary>`LlamaForCausalLM`: Llama, Falcon3, Mistral-style folders.</summary>
    Llama,

    /// <summary>`Qwen2ForCausalLM`: as Llama, with biases on q, k and v.</summary>
    Qwen2,

    /// <summary>`Qwen3ForCausalLM`: as Llama, with RMSNorm on each query and key head.</summary>
    Qwen3,
}
