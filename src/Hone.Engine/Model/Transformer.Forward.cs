using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Model;

public sealed partial class Transformer
{
    /// <summary>
    /// Runs packed sequences through the network; the hidden states are then in <see cref="Activations.Final"/>. With a
    /// cache, each token's keys and values are also put where <paramref name="places"/> says.
    /// </summary>
    /// <param name="tokens">(T) token ids.</param>
    /// <param name="layout">How they form sequences.</param>
    /// <param name="activations">Where the pass keeps its results.</param>
    /// <param name="cache">Where prompts leave their keys and values for decoding, or null.</param>
    /// <param name="places">(T) the cache place of each token, where there is a cache.</param>
    public void Forward(
        ReadOnlySpan<int> tokens, SequenceLayout layout, Activations activations, KeyValueCache? cache = null,
        ReadOnlySpan<CacheRow> places = default)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, layout.Tokens, nameof(tokens));
        _rotary.Cover(layout.LongestSequence);
        activations.Reserve(tokens.Length);
        Embed(tokens, activations.Layers[0].Input);
        for (int i = 0; i < Config.Layers; i++)
        {
            LayerActivations layer = activations.Layers[i];
            Projections(i, activations, layout.Positions);
            if (cache is not null)
            {
                Kernels.CacheStore(layer.QueryKeyValue, cache, i, places, _heads);
            }

            Kernels.Attention(layer.QueryKeyValue, layout, _heads, Config.WindowOf(i), layer.Mixed);
            Rest(i, activations);
        }

        activations.SharedHolds = Config.Layers - 1;
        Norm(activations.Last, Parameters.FinalNorm, activations.Final);
    }

    /// <summary>Runs one new token per row over what its cache slot holds, and adds it to the slot.</summary>
    /// <param name="tokens">(R) token ids.</param>
    /// <param name="rows">(R) each token's slot and place in its sequence.</param>
    /// <param name="positions">(R) the places again, as the rotary kernel reads them.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="activations">Where the pass keeps its results; not kept for backward.</param>
    public void Decode(
        ReadOnlySpan<int> tokens, ReadOnlySpan<CacheRow> rows, ReadOnlySpan<int> positions, KeyValueCache cache,
        Activations activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        int longest = 0;
        foreach (int position in positions)
        {
            longest = Math.Max(longest, position + 1);
        }

        _rotary.Cover(longest);
        activations.Reserve(tokens.Length);
        Embed(tokens, activations.Layers[0].Input);
        for (int i = 0; i < Config.Layers; i++)
        {
            LayerActivations layer = activations.Layers[i];
            Projections(i, activations, positions);
            Kernels.CacheStore(layer.QueryKeyValue, cache, i, rows, _heads);
            Kernels.CacheAttention(layer.QueryKeyValue, cache, i, rows, _heads, Config.WindowOf(i), layer.Mixed);
            Rest(i, activations);
        }

        Norm(activations.Last, Parameters.FinalNorm, activations.Final);
    }

    private void Embed(ReadOnlySpan<int> tokens, Tensor x)
    {
        if (Use == ModelUse.Inference)
        {
            Kernels.Embedding(tokens, _packed.Embedding, x);
            return;
        }

        Kernels.Embedding(tokens, Parameters.Embedding, Config.HiddenSize, x);
    }

    /// <summary>A block up to attention: norm, query-key-value projection, head norms, rotation.</summary>
    private void Projections(int i, Activations a, ReadOnlySpan<int> positions)
    {
        LayerActivations layer = a.Layers[i];
        LayerParameters weights = Parameters.Layers[i];
        Norm(layer.Input, weights.InputNorm, a.Normed);
        Kernels.MatMul(a.Normed, _packed[i].QueryKeyValue, weights.QueryKeyValueBias, default, a.Tokens, layer.QueryKeyValue);
        Active?.Add(i, LoraSite.QueryKeyValue, a.Normed, a.Tokens, layer.QueryKeyValue);
        if (Config.QueryKeyNorm)
        {
            layer.QueryKeyValue.Span.CopyTo(layer.RawQueryKeyValue.Span);
            Tensor keys = KeysOf(layer.QueryKeyValue);
            HeadNorm(layer.QueryKeyValue, weights.QueryNorm, Config.Heads, a.Tokens);
            HeadNorm(keys, weights.KeyNorm, Config.KeyValueHeads, a.Tokens);
        }

        Kernels.Rotary(layer.QueryKeyValue, positions, _rotary.Cosine, _rotary.Sine, _heads, inverse: false);
    }

    /// <summary>A block after attention: output projection, residual, norm, feed-forward, residual.</summary>
    private void Rest(int i, Activations a)
    {
        LayerActivations layer = a.Layers[i];
        Tensor next = i + 1 < Config.Layers ? a.Layers[i + 1].Input : a.Last;
        FromAttentionToGate(i, a);
        Kernels.SwiGlu(layer.GateUp, a.Tokens, Config.IntermediateSize, a.Gated);
        Kernels.MatMul(a.Gated, _packed[i].Down, Parameters.Layers[i].DownBias, layer.Middle, a.Tokens, next);
        Active?.Add(i, LoraSite.Down, a.Gated, a.Tokens, next);
    }

    /// <summary>The part of it that a backward pass reads: output projection, residual, norm, gate and up projections.</summary>
    private void FromAttentionToGate(int i, Activations a)
    {
        LayerActivations layer = a.Layers[i];
        LayerParameters weights = Parameters.Layers[i];
        Kernels.MatMul(layer.Mixed, _packed[i].Output, weights.OutputBias, layer.Input, a.Tokens, layer.Middle);
        Active?.Add(i, LoraSite.Output, layer.Mixed, a.Tokens, layer.Middle);
        Norm(layer.Middle, weights.FeedForwardNorm, a.Normed);
        Kernels.MatMul(a.Normed, _packed[i].GateUp, weights.GateUpBias, default, a.Tokens, layer.GateUp);
        Active?.Add(i, LoraSite.GateUp, a.Normed, a.Tokens, layer.GateUp);
    }

    /// <summary>A block once more from its input on, where other blocks have used its tensors since.</summary>
    private void Recompute(int i, Activations a, SequenceLayout layout)
    {
        if (a.Mode != ActivationMode.Recompute || a.SharedHolds == i)
        {
            return;
        }

        LayerActivations layer = a.Layers[i];
        Projections(i, a, layout.Positions);
        Kernels.Attention(layer.QueryKeyValue, layout, _heads, Config.WindowOf(i), layer.Mixed);
        FromAttentionToGate(i, a);
        a.SharedHolds = i;
    }

    private void Norm(Tensor x, Tensor weight, Tensor y)
    {
        int C = Config.HiddenSize;
        Kernels.RmsNorm(x, weight, Config.NormEpsilon, (int)(x.Length / C), 1, C, C, y);
    }

    private void HeadNorm(Tensor x, Tensor weight, int heads, int T) =>
        Kernels.RmsNorm(x, weight, Config.NormEpsilon, T, heads, Config.HeadSize, _heads.RowWidth, x);

    // The key heads of every row: the same rows seen from the first key on.
    private Tensor KeysOf(Tensor qkv) => qkv.Slice(Config.QuerySize, qkv.Length - Config.QuerySize);
}
