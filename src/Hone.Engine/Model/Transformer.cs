using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>
/// A decoder-only transformer of the Llama family: its weights, and the network as two lists of kernel calls, forward and
/// backward. Not for use from several threads at once; the kernels below it use all of theirs.
/// </summary>
public sealed partial class Transformer : IDisposable
{
    private readonly PackedLayer[] _packed;
    private readonly PackedMatrix _head;
    private readonly RotaryTable _rotary;
    private readonly HeadShape _heads;

    /// <summary>Makes a model with zero weights; fill <see cref="Parameters"/>, then call <see cref="WeightsChanged"/>.</summary>
    public Transformer(TransformerConfig config, Kernels.Kernels kernels)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(kernels);
        Config = config;
        Kernels = kernels;
        Parameters = new ParameterSet(config);
        _heads = new HeadShape(config.Heads, config.KeyValueHeads, config.HeadSize);
        _rotary = new RotaryTable(config);
        _packed = [.. Enumerable.Range(0, config.Layers).Select(_ => new PackedLayer(config))];
        _head = new PackedMatrix(config.VocabularySize, config.HiddenSize);
    }

    /// <summary>The model's shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>What computes.</summary>
    public Kernels.Kernels Kernels { get; }

    /// <summary>The weights, in float.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Head dimensions, as the kernels take them.</summary>
    public HeadShape Heads => _heads;

    /// <summary>Packs the weights for the products; to be called after every change of <see cref="Parameters"/>.</summary>
    public void WeightsChanged()
    {
        for (int i = 0; i < _packed.Length; i++)
        {
            LayerParameters weights = Parameters.Layers[i];
            Kernels.Pack(weights.QueryKeyValue, _packed[i].QueryKeyValue);
            Kernels.Pack(weights.Output, _packed[i].Output);
            Kernels.Pack(weights.GateUp, _packed[i].GateUp);
            Kernels.Pack(weights.Down, _packed[i].Down);
        }

        Kernels.Pack(Parameters.Head, _head);
    }

    /// <summary>
    /// The log-probability of each target after the hidden state of its row, and the entropy there (nats); rows index the
    /// tokens of the last forward pass.
    /// </summary>
    public void LogProbs(
        Activations activations, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, Span<float> logProbs,
        Span<float> entropies) =>
        Kernels.LogProbs(activations.Final, rows, targets, _head, logProbs, entropies);

    /// <summary>Draws a token for each row of the last forward pass, from the first row on.</summary>
    public void Sample(
        Tensor hidden, SamplingRule rule, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> logProbs,
        Span<float> entropies) =>
        Kernels.Sample(hidden, _head, rule, uniforms, tokens, logProbs, entropies);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedLayer layer in _packed)
        {
            layer.Dispose();
        }

        _head.Dispose();
        _rotary.Dispose();
        Parameters.Dispose();
    }

    private sealed class PackedLayer(TransformerConfig config) : IDisposable
    {
        public PackedMatrix QueryKeyValue { get; } = new(config.QuerySize + (2 * config.KeyValueSize), config.HiddenSize);

        public PackedMatrix Output { get; } = new(config.HiddenSize, config.QuerySize);

        public PackedMatrix GateUp { get; } = new(2 * config.IntermediateSize, config.HiddenSize);

        public PackedMatrix Down { get; } = new(config.HiddenSize, config.IntermediateSize);

        public void Dispose()
        {
            QueryKeyValue.Dispose();
            Output.Dispose();
            GateUp.Dispose();
            Down.Dispose();
        }
    }
}
