using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>Values in the shape of a model: its weights, their gradients, or an optimizer's moments.</summary>
public sealed class ParameterSet : ITensorSet
{
    private readonly Arena _arena;
    private readonly Tensor _all;
    private readonly Tensor _embedding;
    private readonly Tensor _head;

    /// <summary>Reserves zeroed values for every tensor of a configuration.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="use">For inference matrices are left out: to read one is an <see cref="InvalidOperationException"/>.</param>
    public ParameterSet(TransformerConfig config, ModelUse use = ModelUse.Training)
    {
        ArgumentNullException.ThrowIfNull(config);
        Layout = new ParameterLayout(config, use);
        _arena = new Arena(Layout.Length);
        _all = _arena.Take(Layout.Length);
        _embedding = From(ParameterLayout.EmbeddingName, (long)config.VocabularySize * config.HiddenSize);
        _head = From(Layout.HeadName, (long)config.VocabularySize * config.HiddenSize);
        FinalNorm = this["model.norm.weight"];
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => new LayerParameters(this, config, $"model.layers.{i}."))];
    }

    /// <summary>Names, shapes and offsets.</summary>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterInfo> Items => Layout.Items;

    /// <summary>All values as one vector; the padding between tensors stays zero.</summary>
    /// <exception cref="InvalidOperationException">Matrices are left out.</exception>
    public Tensor All => Matrix(_all);

    /// <summary>(V, C) token embeddings.</summary>
    /// <exception cref="InvalidOperationException">Matrices are left out.</exception>
    public Tensor Embedding => Matrix(_embedding);

    /// <summary>(C) weight of the last norm.</summary>
    public Tensor FinalNorm { get; }

    /// <summary>(V, C) output head; the embeddings themselves where they are tied.</summary>
    /// <exception cref="InvalidOperationException">Matrices are left out.</exception>
    public Tensor Head => Matrix(_head);

    /// <summary>The blocks' tensors.</summary>
    public IReadOnlyList<LayerParameters> Layers { get; }

    /// <summary>The values of a named tensor.</summary>
    /// <exception cref="InvalidOperationException">It is a matrix, and matrices are left out.</exception>
    public Tensor this[string name]
    {
        get
        {
            ParameterInfo info = Layout[name];
            Tensor values = From(name, info.Length);
            return info.IsMatrix ? Matrix(values) : values;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    /// <summary>The values from the first of a tensor on, into the tensors right behind it; empty if it is left out.</summary>
    internal Tensor From(string name, long length)
    {
        long offset = Layout[name].Offset;
        return offset < 0 ? default : _all.Slice(offset, length);
    }

    /// <summary>A matrix, or the error of those who ask for one that is left out.</summary>
    internal static Tensor Matrix(Tensor values, ModelUse use) => use == ModelUse.Training
        ? values
        : throw new InvalidOperationException(
            "The matrices of a model for inference exist in packed panels only. Load it for training to read or change them.");

    private Tensor Matrix(Tensor values) => Matrix(values, Layout.Use);
}

/// <summary>
/// The tensors of one block; an absent bias or norm is empty. To read a matrix that was left out is an
/// <see cref="InvalidOperationException"/>. Letters as in <see cref="Kernels.Kernels"/>.
/// </summary>
public sealed class LayerParameters
{
    private readonly ModelUse _use;
    private readonly Tensor _queryKeyValue;
    private readonly Tensor _output;
    private readonly Tensor _gateUp;
    private readonly Tensor _down;

    private LayerParameters()
    {
    }

    internal LayerParameters(ParameterSet set, TransformerConfig config, string prefix)
    {
        string attention = prefix + "self_attn.", feedForward = prefix + "mlp.";
        long C = config.HiddenSize, F = config.IntermediateSize, Q = config.QuerySize + (2 * config.KeyValueSize);
        _use = set.Layout.Use;
        InputNorm = set[prefix + "input_layernorm.weight"];
        _queryKeyValue = set.From(attention + "q_proj.weight", Q * C);
        QueryKeyValueBias = config.QueryKeyValueBias ? set.From(attention + "q_proj.bias", Q) : default;
        QueryNorm = config.QueryKeyNorm ? set[attention + "q_norm.weight"] : default;
        KeyNorm = config.QueryKeyNorm ? set[attention + "k_norm.weight"] : default;
        _output = set.From(attention + "o_proj.weight", C * config.QuerySize);
        OutputBias = config.OutputBias ? set[attention + "o_proj.bias"] : default;
        FeedForwardNorm = set[prefix + "post_attention_layernorm.weight"];
        _gateUp = set.From(feedForward + "gate_proj.weight", 2 * F * C);
        GateUpBias = config.FeedForwardBias ? set.From(feedForward + "gate_proj.bias", 2 * F) : default;
        _down = set.From(feedForward + "down_proj.weight", C * F);
        DownBias = config.FeedForwardBias ? set[feedForward + "down_proj.bias"] : default;
    }

    /// <summary>Nothing at all: the gradients of a block that is frozen.</summary>
    internal static LayerParameters Absent { get; } = new();

    /// <summary>(C) norm before attention.</summary>
    public Tensor InputNorm { get; }

    /// <summary>(Q, C) query, key and value projections, one below the other.</summary>
    public Tensor QueryKeyValue => Matrix(_queryKeyValue);

    /// <summary>(Q) their biases.</summary>
    public Tensor QueryKeyValueBias { get; }

    /// <summary>(D) norm of each query head.</summary>
    public Tensor QueryNorm { get; }

    /// <summary>(D) norm of each key head.</summary>
    public Tensor KeyNorm { get; }

    /// <summary>(C, H*D) attention's output projection.</summary>
    public Tensor Output => Matrix(_output);

    /// <summary>(C) its bias.</summary>
    public Tensor OutputBias { get; }

    /// <summary>(C) norm before the feed-forward layer.</summary>
    public Tensor FeedForwardNorm { get; }

    /// <summary>(2F, C) gate and up projections, one below the other.</summary>
    public Tensor GateUp => Matrix(_gateUp);

    /// <summary>(2F) their biases.</summary>
    public Tensor GateUpBias { get; }

    /// <summary>(C, F) down projection.</summary>
    public Tensor Down => Matrix(_down);

    /// <summary>(C) its bias.</summary>
    public Tensor DownBias { get; }

    private Tensor Matrix(Tensor values) => ParameterSet.Matrix(values, _use);
}
