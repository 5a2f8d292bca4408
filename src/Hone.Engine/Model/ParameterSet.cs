using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>Values in the shape of a model: its weights, their gradients, or an optimizer's moments.</summary>
public sealed class ParameterSet : ITensorSet
{
    private readonly Arena _arena;

    /// <summary>Reserves zeroed values for every tensor of a configuration.</summary>
    public ParameterSet(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Layout = new ParameterLayout(config);
        _arena = new Arena(Layout.Length);
        All = _arena.Take(Layout.Length);
        Embedding = this["model.embed_tokens.weight"];
        FinalNorm = this["model.norm.weight"];
        Head = config.TiedEmbeddings ? Embedding : this["lm_head.weight"];
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => new LayerParameters(this, config, $"model.layers.{i}."))];
    }

    /// <summary>Names, shapes and offsets.</summary>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterInfo> Items => Layout.Items;

    /// <summary>All values as one vector; the padding between tensors stays zero.</summary>
    public Tensor All { get; }

    /// <summary>(V, C) token embeddings.</summary>
    public Tensor Embedding { get; }

    /// <summary>(C) weight of the last norm.</summary>
    public Tensor FinalNorm { get; }

    /// <summary>(V, C) output head; the embeddings themselves where they are tied.</summary>
    public Tensor Head { get; }

    /// <summary>The blocks' tensors.</summary>
    public IReadOnlyList<LayerParameters> Layers { get; }

    /// <summary>The values of a named tensor.</summary>
    public Tensor this[string name]
    {
        get
        {
            ParameterInfo info = Layout[name];
            return All.Slice(info.Offset, info.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}

/// <summary>The tensors of one block; an absent bias or norm is empty. Letters as in <see cref="Kernels.Kernels"/>.</summary>
public sealed class LayerParameters
{
    private LayerParameters()
    {
    }

    internal LayerParameters(ParameterSet set, TransformerConfig config, string prefix)
    {
        string attention = prefix + "self_attn.", feedForward = prefix + "mlp.";
        long C = config.HiddenSize, F = config.IntermediateSize, Q = config.QuerySize + (2 * config.KeyValueSize);
        InputNorm = set[prefix + "input_layernorm.weight"];
        QueryKeyValue = At(set, attention + "q_proj.weight", Q * C);
        QueryKeyValueBias = config.QueryKeyValueBias ? At(set, attention + "q_proj.bias", Q) : default;
        QueryNorm = config.QueryKeyNorm ? set[attention + "q_norm.weight"] : default;
        KeyNorm = config.QueryKeyNorm ? set[attention + "k_norm.weight"] : default;
        Output = set[attention + "o_proj.weight"];
        OutputBias = config.OutputBias ? set[attention + "o_proj.bias"] : default;
        FeedForwardNorm = set[prefix + "post_attention_layernorm.weight"];
        GateUp = At(set, feedForward + "gate_proj.weight", 2 * F * C);
        GateUpBias = config.FeedForwardBias ? At(set, feedForward + "gate_proj.bias", 2 * F) : default;
        Down = set[feedForward + "down_proj.weight"];
        DownBias = config.FeedForwardBias ? set[feedForward + "down_proj.bias"] : default;
    }

    /// <summary>Nothing at all: the gradients of a block that is frozen.</summary>
    internal static LayerParameters Absent { get; } = new();

    /// <summary>(C) norm before attention.</summary>
    public Tensor InputNorm { get; }

    /// <summary>(Q, C) query, key and value projections, one below the other.</summary>
    public Tensor QueryKeyValue { get; }

    /// <summary>(Q) their biases.</summary>
    public Tensor QueryKeyValueBias { get; }

    /// <summary>(D) norm of each query head.</summary>
    public Tensor QueryNorm { get; }

    /// <summary>(D) norm of each key head.</summary>
    public Tensor KeyNorm { get; }

    /// <summary>(C, H*D) attention's output projection.</summary>
    public Tensor Output { get; }

    /// <summary>(C) its bias.</summary>
    public Tensor OutputBias { get; }

    /// <summary>(C) norm before the feed-forward layer.</summary>
    public Tensor FeedForwardNorm { get; }

    /// <summary>(2F, C) gate and up projections, one below the other.</summary>
    public Tensor GateUp { get; }

    /// <summary>(2F) their biases.</summary>
    public Tensor GateUpBias { get; }

    /// <summary>(C, F) down projection.</summary>
    public Tensor Down { get; }

    /// <summary>(C) its bias.</summary>
    public Tensor DownBias { get; }

    private static Tensor At(ParameterSet set, string first, long length) =>
        set.All.Slice(set.Layout[first].Offset, length);
}
