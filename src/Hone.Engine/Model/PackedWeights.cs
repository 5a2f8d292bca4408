using Hone.Engine.Files;
using Hone.Engine.Kernels;

namespace Hone.Engine.Model;

/// <summary>
/// A model's matrices as the products read them: packed once per update, for the forward pass or, transposed, for the
/// gradients of activations.
/// </summary>
internal sealed class PackedWeights : IDisposable
{
    private readonly bool _transposed;
    private readonly PackedLayer[] _layers;
    private readonly PackedMatrix? _embedding;
    private bool _stale = true;

    /// <summary>Reserves the panels.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="transposed">For the gradients of activations.</param>
    /// <param name="format">How the elements are kept.</param>
    /// <param name="use">For inference the embeddings have panels too, where the head is not theirs already.</param>
    public PackedWeights(
        TransformerConfig config, bool transposed, WeightFormat format = WeightFormat.F32, ModelUse use = ModelUse.Training)
    {
        _transposed = transposed;
        _layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new PackedLayer(config, transposed, format))];
        Head = New(config.VocabularySize, config.HiddenSize, transposed, format);
        _embedding = use == ModelUse.Inference && !config.TiedEmbeddings
            ? New(config.VocabularySize, config.HiddenSize, transposed, format)
            : null;
    }

    /// <summary>Bytes of all matrices of a shape: the outputs are padded to whole panels.</summary>
    public static long Bytes(
        TransformerConfig config, bool transposed, WeightFormat format = WeightFormat.F32, ModelUse use = ModelUse.Training)
    {
        ArgumentNullException.ThrowIfNull(config);
        long One(long outputs, long inputs)
        {
            (long columns, long rows) = transposed ? (inputs, outputs) : (outputs, inputs);
            return PackedMatrix.Bytes(columns, rows, format);
        }

        long C = config.HiddenSize, F = config.IntermediateSize, Q = config.QuerySize + (2L * config.KeyValueSize);
        long layer = One(Q, C) + One(C, config.QuerySize) + One(2 * F, C) + One(C, F);
        int tables = use == ModelUse.Inference && !config.TiedEmbeddings ? 2 : 1;
        return (config.Layers * layer) + (tables * One(config.VocabularySize, C));
    }

    public PackedMatrix Head { get; }

    /// <summary>(V, C) token embeddings of a model for inference.</summary>
    public PackedMatrix Embedding => _embedding ?? Head;

    public PackedLayer this[int layer] => _layers[layer];

    /// <summary>The next <see cref="Refresh"/> packs.</summary>
    public void MarkStale() => _stale = true;

    /// <summary>Packs where the weights have changed since the last time.</summary>
    public void Refresh(ParameterSet weights, Kernels.Kernels kernels)
    {
        if (_stale)
        {
            Pack(weights, kernels);
        }
    }

    /// <summary>Packs all matrices.</summary>
    public void Pack(ParameterSet weights, Kernels.Kernels kernels)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            Pack(kernels, weights.Layers[i].QueryKeyValue, _layers[i].QueryKeyValue);
            Pack(kernels, weights.Layers[i].Output, _layers[i].Output);
            Pack(kernels, weights.Layers[i].GateUp, _layers[i].GateUp);
            Pack(kernels, weights.Layers[i].Down, _layers[i].Down);
        }

        Pack(kernels, weights.Head, Head);
        _stale = false;
    }

    /// <summary>Packs all matrices straight from where they are read, without any of them in memory as a whole.</summary>
    /// <param name="layout">Names and shapes.</param>
    /// <param name="source">Reads a tensor.</param>
    /// <param name="filled">Told of each tensor that will not be read again.</param>
    /// <param name="kernels">What packs.</param>
    public void Fill(
        ParameterLayout layout, Func<ParameterInfo, TensorValues> source, Action<ParameterInfo> filled,
        Kernels.Kernels kernels)
    {
        void Pack(PackedMatrix packed, params ReadOnlySpan<string> names)
        {
            ParameterInfo[] parts = [.. names.ToArray().Select(name => layout[name])];
            kernels.Pack(new StackedMatrix(parts, source).Read, packed);
            Array.ForEach(parts, filled);
        }

        Pack(Head, layout.HeadName);
        if (_embedding is not null)
        {
            Pack(_embedding, ParameterLayout.EmbeddingName);
        }

        for (int i = 0; i < _layers.Length; i++)
        {
            string attention = $"model.layers.{i}.self_attn.", feedForward = $"model.layers.{i}.mlp.";
            Pack(
                _layers[i].QueryKeyValue, attention + "q_proj.weight", attention + "k_proj.weight",
                attention + "v_proj.weight");
            Pack(_layers[i].Output, attention + "o_proj.weight");
            Pack(_layers[i].GateUp, feedForward + "gate_proj.weight", feedForward + "up_proj.weight");
            Pack(_layers[i].Down, feedForward + "down_proj.weight");
        }

        _stale = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedLayer layer in _layers)
        {
            layer.Dispose();
        }

        Head.Dispose();
        _embedding?.Dispose();
    }

    private void Pack(Kernels.Kernels kernels, Memory.Tensor weight, PackedMatrix packed)
    {
        if (_transposed)
        {
            kernels.PackTransposed(weight, packed);
        }
        else
        {
            kernels.Pack(weight, packed);
        }
    }

    private static PackedMatrix New(int outputs, int inputs, bool transposed, WeightFormat format) =>
        transposed ? new PackedMatrix(inputs, outputs, format) : new PackedMatrix(outputs, inputs, format);

    /// <summary>The matrices of one block.</summary>
    internal sealed class PackedLayer(TransformerConfig config, bool transposed, WeightFormat format) : IDisposable
    {
        public PackedMatrix QueryKeyValue { get; } =
            New(config.QuerySize + (2 * config.KeyValueSize), config.HiddenSize, transposed, format);

        public PackedMatrix Output { get; } = New(config.HiddenSize, config.QuerySize, transposed, format);

        public PackedMatrix GateUp { get; } = New(2 * config.IntermediateSize, config.HiddenSize, transposed, format);

        public PackedMatrix Down { get; } = New(config.HiddenSize, config.IntermediateSize, transposed, format);

        public void Dispose()
        {
            QueryKeyValue.Dispose();
            Output.Dispose();
            GateUp.Dispose();
            Down.Dispose();
        }
    }
}
