using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Model;

public sealed partial class Transformer
{
    /// <summary>
    /// Adds to <paramref name="gradients"/> the gradient of a loss that depends on log-probabilities of the last forward
    /// pass, which must have kept its activations or be able to compute them again.
    /// </summary>
    /// <param name="tokens">(T) the pass's token ids.</param>
    /// <param name="layout">Its sequences.</param>
    /// <param name="a">Its activations.</param>
    /// <param name="rows">(N) the row whose hidden state predicts each target.</param>
    /// <param name="targets">(N) token ids.</param>
    /// <param name="dLogProbs">(N) d loss / d log-probability.</param>
    /// <param name="gradients">
    /// Added to: a <see cref="ParameterSet"/>, or where the model has adapters on <see cref="LoraParameters"/>; the gradients
    /// of the frozen weights are then not computed.
    /// </param>
    public void Backward(
        ReadOnlySpan<int> tokens, SequenceLayout layout, Activations a, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets,
        ReadOnlySpan<float> dLogProbs, ITensorSet gradients)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(gradients);
        if (a.Mode == ActivationMode.Discard || a.Tokens != tokens.Length)
        {
            throw new InvalidOperationException("A backward pass needs the activations of a forward pass over its tokens, kept or to be recomputed.");
        }

        if (Format != WeightFormat.F32 || Use != ModelUse.Training)
        {
            throw new InvalidOperationException("A backward pass needs a model for training whose products see F32 weights.");
        }

        var full = gradients as ParameterSet;
        var adapters = gradients as LoraParameters;
        if (full is null == adapters is null || adapters is null != Active is null)
        {
            throw new InvalidOperationException("A model with adapters on takes gradients in their shape, any other in its own.");
        }

        int C = Config.HiddenSize, T = tokens.Length;
        _transposed ??= new PackedWeights(Config, transposed: true);
        _transposed.Refresh(Parameters, Kernels);
        Kernels.LogProbsBackward(
            dLogProbs, a.Final, T, rows, targets, _packed.Head, _transposed.Head, a.DNormed, full?.Head ?? default);
        Kernels.RmsNormBackward(
            a.DNormed, a.Last, Parameters.FinalNorm, Config.NormEpsilon, T, 1, C, C, a.DResidual,
            full?.FinalNorm ?? default);
        for (int i = Config.Layers - 1; i >= 0; i--)
        {
            Recompute(i, a, layout);
            LayerParameters layer = full?.Layers[i] ?? LayerParameters.Absent;
            FeedForwardBackward(i, a, _transposed[i], layer, adapters);
            AttentionBackward(i, a, layout, _transposed[i], layer, adapters);
        }

        if (full is not null)
        {
            Kernels.EmbeddingBackward(tokens, a.DResidual, C, full.Embedding);
        }
    }

    private void FeedForwardBackward(
        int i, Activations a, PackedWeights.PackedLayer transposed, LayerParameters gradients, LoraParameters? adapters)
    {
        LayerActivations layer = a.Layers[i];
        LayerParameters weights = Parameters.Layers[i];
        int C = Config.HiddenSize, F = Config.IntermediateSize, T = a.Tokens;

        // Gated holds its gradient until the activation's backward pass computes it again in its place.
        Kernels.MatMul(a.DResidual, transposed.Down, default, default, T, a.Gated);
        Tensor dLow = AdapterInputBackward(i, LoraSite.Down, a.DResidual, T, a.Gated);
        Kernels.SwiGluBackward(a.Gated, layer.GateUp, T, F, a.DGateUp, a.Gated);
        WeightBackward(a.DResidual, a.Gated, C, F, T, gradients.Down, gradients.DownBias);
        AdapterWeightBackward(i, LoraSite.Down, a.DResidual, dLow, a.Gated, T, adapters);
        Norm(layer.Middle, weights.FeedForwardNorm, a.Normed);
        ProjectionBackward(a.DGateUp, a.Normed, transposed.GateUp, 2 * F, C, T, a.DNormed, gradients.GateUp, gradients.GateUpBias);
        AdapterBackward(i, LoraSite.GateUp, a.DGateUp, a.Normed, T, a.DNormed, adapters);
        JoinResidual(a, layer.Middle, weights.FeedForwardNorm, gradients.FeedForwardNorm);
    }

    private void AttentionBackward(
        int i, Activations a, SequenceLayout layout, PackedWeights.PackedLayer transposed, LayerParameters gradients,
        LoraParameters? adapters)
    {
        LayerActivations layer = a.Layers[i];
        LayerParameters weights = Parameters.Layers[i];
        int C = Config.HiddenSize, T = a.Tokens, Q = _heads.RowWidth;
        ProjectionBackward(
            a.DResidual, layer.Mixed, transposed.Output, C, Config.QuerySize, T, a.DMixed, gradients.Output, gradients.OutputBias);
        AdapterBackward(i, LoraSite.Output, a.DResidual, layer.Mixed, T, a.DMixed, adapters);
        Kernels.AttentionBackward(a.DMixed, layer.QueryKeyValue, layout, _heads, Config.WindowOf(i), a.DQueryKeyValue);
        Kernels.Rotary(a.DQueryKeyValue, layout.Positions, _rotary.Cosine, _rotary.Sine, _heads, inverse: true);
        if (Config.QueryKeyNorm)
        {
            HeadNormBackward(a.DQueryKeyValue, layer.RawQueryKeyValue, weights.QueryNorm, Config.Heads, T, gradients.QueryNorm);
            HeadNormBackward(
                KeysOf(a.DQueryKeyValue), KeysOf(layer.RawQueryKeyValue), weights.KeyNorm, Config.KeyValueHeads, T,
                gradients.KeyNorm);
        }

        Norm(layer.Input, weights.InputNorm, a.Normed);
        if (i == 0 && adapters is not null)
        {
            // Nothing below the first block is trained, so its input's gradient is not wanted.
            AdapterBackward(i, LoraSite.QueryKeyValue, a.DQueryKeyValue, a.Normed, T, default, adapters);
            return;
        }

        ProjectionBackward(
            a.DQueryKeyValue, a.Normed, transposed.QueryKeyValue, Q, C, T, a.DNormed, gradients.QueryKeyValue,
            gradients.QueryKeyValueBias);
        AdapterBackward(i, LoraSite.QueryKeyValue, a.DQueryKeyValue, a.Normed, T, a.DNormed, adapters);
        JoinResidual(a, layer.Input, weights.InputNorm, gradients.InputNorm);
    }

    private void ProjectionBackward(
        Tensor dy, Tensor x, PackedMatrix transposed, int O, int I, int T, Tensor dx, Tensor dWeight, Tensor dBias)
    {
        WeightBackward(dy, x, O, I, T, dWeight, dBias);
        Kernels.MatMul(dy, transposed, default, default, T, dx);
    }

    private void WeightBackward(Tensor dy, Tensor x, int O, int I, int T, Tensor dWeight, Tensor dBias)
    {
        if (!dWeight.IsEmpty)
        {
            Kernels.MatMulBackwardWeight(dy, x, T, I, O, dWeight);
        }

        if (!dBias.IsEmpty)
        {
            Kernels.BiasBackward(dy, T, O, dBias);
        }
    }

    // The gradient through a norm joins the one that went round it on the residual stream.
    private void JoinResidual(Activations a, Tensor x, Tensor weight, Tensor dWeight)
    {
        int C = Config.HiddenSize;
        Kernels.RmsNormBackward(a.DNormed, x, weight, Config.NormEpsilon, a.Tokens, 1, C, C, a.DNormed, dWeight);
        Kernels.Add(a.DNormed, a.DResidual);
    }

    private void HeadNormBackward(Tensor dy, Tensor x, Tensor weight, int heads, int T, Tensor dWeight) =>
        Kernels.RmsNormBackward(
            dy, x, weight, Config.NormEpsilon, T, heads, Config.HeadSize, _heads.RowWidth, dy, dWeight);
}
