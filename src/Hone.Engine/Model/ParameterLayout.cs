namespace Hone.Engine.Model;

/// <summary>One tensor of a model under its Hugging Face name.</summary>
/// <param name="Name">Name in the weight file.</param>
/// <param name="Shape">(out, in) of a matrix, (n) of a vector.</param>
/// <param name="Offset">First element in the model's one block; -1 where the block leaves matrices out.</param>
public sealed record ParameterInfo(string Name, int[] Shape, long Offset)
{
    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether weight decay applies: to matrices, not to norms and biases.</summary>
    public bool Decays => IsMatrix;

    /// <summary>Whether it has two dimensions: a projection, the embeddings or the head.</summary>
    public bool IsMatrix => Shape.Length == 2;
}

/// <summary>
/// The memory map of a model's tensors: names and shapes declared once, from which offsets, files, gradients and moments
/// follow. The projections that read the same input stand next to each other, so that they are one matrix too.
/// </summary>
public sealed class ParameterLayout
{
    /// <summary>Name of the token embeddings.</summary>
    public const string EmbeddingName = "model.embed_tokens.weight";

    private readonly List<ParameterInfo> _items = [];
    private readonly Dictionary<string, ParameterInfo> _byName = [];

    /// <summary>Lays out the tensors that a configuration asks for.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="use">For inference matrices are named, but take no room.</param>
    public ParameterLayout(TransformerConfig config, ModelUse use = ModelUse.Training)
    {
        ArgumentNullException.ThrowIfNull(config);
        Use = use;
        HeadName = config.TiedEmbeddings ? EmbeddingName : "lm_head.weight";
        int C = config.HiddenSize, F = config.IntermediateSize, V = config.VocabularySize;
        Add(EmbeddingName, V, C);
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            string attention = layer + "self_attn.", feedForward = layer + "mlp.";
            Add(layer + "input_layernorm.weight", C);
            Add(attention + "q_proj.weight", config.QuerySize, C);
            AddBeside(attention + "k_proj.weight", config.KeyValueSize, C);
            AddBeside(attention + "v_proj.weight", config.KeyValueSize, C);
            if (config.QueryKeyValueBias)
            {
                Add(attention + "q_proj.bias", config.QuerySize);
                AddBeside(attention + "k_proj.bias", config.KeyValueSize);
                AddBeside(attention + "v_proj.bias", config.KeyValueSize);
            }

            if (config.QueryKeyNorm)
            {
                Add(attention + "q_norm.weight", config.HeadSize);
                Add(attention + "k_norm.weight", config.HeadSize);
            }

            Add(attention + "o_proj.weight", C, config.QuerySize);
            AddIf(config.OutputBias, attention + "o_proj.bias", C);
            Add(layer + "post_attention_layernorm.weight", C);
            Add(feedForward + "gate_proj.weight", F, C);
            AddBeside(feedForward + "up_proj.weight", F, C);
            if (config.FeedForwardBias)
            {
                Add(feedForward + "gate_proj.bias", F);
                AddBeside(feedForward + "up_proj.bias", F);
            }

            Add(feedForward + "down_proj.weight", C, F);
            AddIf(config.FeedForwardBias, feedForward + "down_proj.bias", C);
        }

        Add("model.norm.weight", C);
        if (!config.TiedEmbeddings)
        {
            Add(HeadName, V, C);
        }
    }

    /// <summary>Whether the block holds the matrices too.</summary>
    public ModelUse Use { get; }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<ParameterInfo> Items => _items;

    /// <summary>Floats of the block, alignment included.</summary>
    public long Length { get; private set; }

    /// <summary>Name of the output head; the embeddings' where they are tied.</summary>
    public string HeadName { get; }

    /// <summary>Number of trained values.</summary>
    public long Count => _items.Sum(item => item.Length);

    /// <summary>The tensor of a name.</summary>
    public ParameterInfo this[string name] => _byName[name];

    private void Add(string name, params int[] shape)
    {
        Length = Memory.Arena.RoundUp(Length);
        AddBeside(name, shape);
    }

    private void AddIf(bool present, string name, int size)
    {
        if (present)
        {
            Add(name, size);
        }
    }

    // Directly behind the tensor before, without alignment: the two are then the rows of one matrix.
    private void AddBeside(string name, params int[] shape)
    {
        bool held = Use == ModelUse.Training || shape.Length == 1;
        var item = new ParameterInfo(name, shape, held ? Length : -1);
        _items.Add(item);
        _byName.Add(name, item);
        Length += held ? item.Length : 0;
    }
}
