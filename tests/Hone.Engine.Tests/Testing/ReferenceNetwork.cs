using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Model;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// The network in double, a list of reference kernels: what <see cref="Transformer"/> should compute.
/// </summary>
internal sealed class ReferenceNetwork
{
    private readonly TransformerConfig _config;
    private readonly HeadShape _heads;
    private readonly double _epsilon;

    /// <summary>Takes a model's shape and a copy of its weights.</summary>
    public ReferenceNetwork(Transformer model)
    {
        _config = model.Config;
        _heads = model.Heads;
        _epsilon = model.Config.NormEpsilon;
        Layout = model.Parameters.Layout;
        Parameters = Values.Doubles(model.Parameters.All.Span);
    }

    public ParameterLayout Layout { get; }

    /// <summary>The weights as one vector, in the places that <see cref="Layout"/> says.</summary>
    public double[] Parameters { get; }

    public double[] LogProbs(int[] tokens, SequenceLayout layout, int[] rows, int[] targets)
    {
        int T = tokens.Length, C = _config.HiddenSize, V = _config.VocabularySize;
        var x = new double[T * C];
        Embedding.Forward(tokens, Weights("model.embed_tokens.weight"), C, x);
        for (int i = 0; i < _config.Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            x = FeedForward(layer, T, AttentionBlock(layer, _config.WindowOf(i), layout, x));
        }

        double[] hidden = Norm(x, "model.norm.weight", T);
        double[] logProbs = new double[rows.Length], entropies = new double[rows.Length];
        string head = _config.TiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
        Engine.Kernels.Reference.LogProbs.Forward(hidden, rows, targets, Weights(head), C, V, logProbs, entropies);
        return logProbs;
    }

    private double[] AttentionBlock(string layer, int window, SequenceLayout layout, double[] x)
    {
        int T = layout.Tokens, C = _config.HiddenSize, Q = _heads.RowWidth, D = _config.HeadSize;
        string attention = layer + "self_attn.";
        double[] qkv = Product(
            Norm(x, layer + "input_layernorm.weight", T), attention + "q_proj", T, C, Q, _config.QueryKeyValueBias);
        if (_config.QueryKeyNorm)
        {
            Span<double> keys = qkv.AsSpan(_config.QuerySize);
            RmsNorm.Forward(qkv, Weights(attention + "q_norm.weight"), _epsilon, T, _config.Heads, D, Q, qkv);
            RmsNorm.Forward(keys, Weights(attention + "k_norm.weight"), _epsilon, T, _config.KeyValueHeads, D, Q, keys);
        }

        (double[] cosine, double[] sine) = Angles(layout.LongestSequence);
        Rotary.Forward(layout.Positions, cosine, sine, _heads, qkv);
        var mixed = new double[T * _config.QuerySize];
        Attention.Forward(qkv, layout, _heads, window, mixed);
        double[] y = Product(mixed, attention + "o_proj", T, _config.QuerySize, C, _config.OutputBias);
        Add.Forward(x, y);
        return y;
    }

    private double[] FeedForward(string layer, int T, double[] x)
    {
        int C = _config.HiddenSize, F = _config.IntermediateSize;
        double[] normed = Norm(x, layer + "post_attention_layernorm.weight", T), gated = new double[T * F];
        double[] gateUp = Product(normed, layer + "mlp.gate_proj", T, C, 2 * F, _config.FeedForwardBias);
        SwiGlu.Forward(gateUp, T, F, gated);
        double[] y = Product(gated, layer + "mlp.down_proj", T, F, C, _config.FeedForwardBias);
        Add.Forward(x, y);
        return y;
    }

    private double[] Norm(double[] x, string weight, int T)
    {
        int C = _config.HiddenSize;
        var y = new double[x.Length];
        RmsNorm.Forward(x, Weights(weight), _epsilon, T, 1, C, C, y);
        return y;
    }

    // The matrix of `name` and those that stand behind it, as far as the outputs reach.
    private double[] Product(double[] x, string name, int T, int I, int O, bool bias)
    {
        var y = new double[T * O];
        ReadOnlySpan<double> weight = Parameters.AsSpan((int)Layout[name + ".weight"].Offset, O * I);
        ReadOnlySpan<double> offsets = bias ? Parameters.AsSpan((int)Layout[name + ".bias"].Offset, O) : default;
        MatMul.Forward(x, weight, offsets, T, I, O, y);
        return y;
    }

    private ReadOnlySpan<double> Weights(string name) =>
        Parameters.AsSpan((int)Layout[name].Offset, (int)Layout[name].Length);

    private (double[] Cosine, double[] Sine) Angles(int positions)
    {
        double[] frequencies = RotaryFrequencies.Of(_config.RopeTheta, _config.HeadSize, _config.RotaryScaling);
        double amplitude = RotaryFrequencies.Amplitude(_config.RotaryScaling);
        double[] angles =
        [
            .. from p in Enumerable.Range(0, positions)
               from frequency in frequencies
               select p * frequency,
        ];
        return ([.. angles.Select(a => amplitude * Math.Cos(a))], [.. angles.Select(a => amplitude * Math.Sin(a))]);
    }
}
