using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>
/// A decoder-only transformer of the Llama family: its weights, and the network as two lists of kernel calls, forward and
/// backward. Not for use from several threads at once; the kernels below it use all of theirs.
/// </summary>
public sealed partial class Transformer : IDisposable
{
    private readonly PackedWeights _packed;
    private PackedWeights? _transposed;
    private readonly RotaryTable _rotary;
    private readonly HeadShape _heads;

    /// <summary>Makes a model with zero weights; fill <see cref="Parameters"/>, then call <see cref="WeightsChanged"/>.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="kernels">What computes; stays the caller's.</param>
    /// <param name="format">How the products of the forward pass see the weights; a backward pass needs F32.</param>
    /// <param name="use">For inference, only <see cref="Fill"/> sets the weights, and no backward pass is possible.</param>
    public Transformer(
        TransformerConfig config, Kernels.Kernels kernels, WeightFormat format = WeightFormat.F32,
        ModelUse use = ModelUse.Training)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(kernels);
        Config = config;
        Kernels = kernels;
        Parameters = new ParameterSet(config, use);
        _heads = new HeadShape(config.Heads, config.KeyValueHeads, config.HeadSize);
        _rotary = new RotaryTable(config);
        _packed = new PackedWeights(config, transposed: false, format, use);
        Format = format;
        Use = use;
    }

    /// <summary>The model's shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>How the products of the forward pass see the weights.</summary>
    public WeightFormat Format { get; }

    /// <summary>What the model is for.</summary>
    public ModelUse Use { get; }

    /// <summary>The type of its weights in files: that of the files it came from, and F32 without any.</summary>
    public TensorDataType StoredAs { get; init; } = TensorDataType.F32;

    /// <summary>What computes.</summary>
    public Kernels.Kernels Kernels { get; }

    /// <summary>The weights, in float; only norms and biases in a model for inference.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Head dimensions, as the kernels take them.</summary>
    public HeadShape Heads => _heads;

    /// <summary>Sets all weights. For inference, matrices go straight into panels and are never in memory twice.</summary>
    /// <param name="source">Reads a tensor.</param>
    /// <param name="filled">Told of each tensor that will not be read again.</param>
    public void Fill(Func<ParameterInfo, TensorValues> source, Action<ParameterInfo> filled)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(filled);
        foreach (ParameterInfo item in Parameters.Layout.Items.Where(item => item.Offset >= 0))
        {
            source(item)(0, Parameters[item.Name].Span);
            filled(item);
        }

        if (Use == ModelUse.Training)
        {
            WeightsChanged();
        }
        else
        {
            _packed.Fill(Parameters.Layout, source, filled, Kernels);
        }
    }

    /// <summary>Packs the weights for the products; to be called after every change of <see cref="Parameters"/>.</summary>
    /// <exception cref="InvalidOperationException">The model is for inference.</exception>
    public void WeightsChanged()
    {
        _packed.Pack(Parameters, Kernels);
        _transposed?.MarkStale();
    }

    /// <summary>
    /// Bytes of the matrices in the order in which the products read them: one copy for forward passes, and, once there is a
    /// backward pass, one <paramref name="transposed"/> copy for it.
    /// </summary>
    public static long PackedBytes(TransformerConfig config, bool transposed, WeightFormat format = WeightFormat.F32) =>
        PackedWeights.Bytes(config, transposed, format);

    /// <summary>Bytes of all weights of a model for inference.</summary>
    public static long InferenceBytes(TransformerConfig config, WeightFormat format = WeightFormat.F32) =>
        (sizeof(float) * Arena.RoundUp(new ParameterLayout(config, ModelUse.Inference).Length))
        + PackedWeights.Bytes(config, transposed: false, format, ModelUse.Inference);

    /// <summary>
    /// The log-probability of each target after the hidden state of its row, and the entropy there (nats); rows index the
    /// tokens of the last forward pass.
    /// </summary>
    public void LogProbs(
        Activations activations, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, Span<float> logProbs,
        Span<float> entropies) =>
        Kernels.LogProbs(activations.Final, rows, targets, _packed.Head, logProbs, entropies);

    /// <summary>
    /// As <see cref="LogProbs"/> for rows of any hidden states, with ranks and the most likely tokens; see
    /// <see cref="Kernels.Kernels.RankedLogProbs"/>.
    /// </summary>
    public void RankedLogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, int top, Span<float> logProbs, Span<int> ranks,
        Span<int> topTokens, Span<float> topLogProbs) =>
        Kernels.RankedLogProbs(hidden, rows, targets, _packed.Head, top, logProbs, ranks, topTokens, topLogProbs);

    /// <summary>
    /// Draws a token for each row of the last forward pass, from the first row on; see <see cref="Kernels.Kernels.Sample"/>.
    /// </summary>
    public void Sample(
        Tensor hidden, SamplingRule rule, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> logProbs,
        Span<float> entropies, Span<float> selfCertainties) =>
        Kernels.Sample(hidden, _packed.Head, rule, uniforms, tokens, logProbs, entropies, selfCertainties);

    /// <inheritdoc/>
    public void Dispose()
    {
        _packed.Dispose();
        _transposed?.Dispose();
        _rotary.Dispose();
        Adapters?.Dispose();
        Parameters.Dispose();
    }
}
