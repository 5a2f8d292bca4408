using Hone.Engine.Kernels;
using Hone.Engine.Model;

namespace Hone.Engine.Tests.Testing;

/// <summary>Models for inference with the weights of models for training.</summary>
internal static class ForInference
{
    public static Transformer Copy(Transformer model, WeightFormat format = WeightFormat.F32)
    {
        var copy = new Transformer(model.Config, model.Kernels, format, ModelUse.Inference);
        copy.Fill(
            item => (offset, values) => model.Parameters[item.Name].Slice(offset, values.Length).Span.CopyTo(values), _ => { });
        return copy;
    }

    /// <summary>The log-probability of every token after the first.</summary>
    public static float[] LogProbs(Transformer model, int[] tokens)
    {
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        model.Forward(tokens, SequenceLayout.Independent([tokens.Length]), activations);
        int[] rows = [.. Enumerable.Range(0, tokens.Length - 1)];
        float[] logProbs = new float[rows.Length], entropies = new float[rows.Length];
        model.LogProbs(activations, rows, tokens.AsSpan(1), logProbs, entropies);
        return logProbs;
    }
}
