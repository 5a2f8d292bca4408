using System.Numerics;
using System.Runtime.InteropServices;
using Hone.Engine.Memory;

namespace Hone.Engine.Model.Lora;

/// <summary>The model that an adapted one amounts to: W + scale * B A in place of W.</summary>
public static class LoraMerge
{
    /// <summary>Adds scale * B A to a stretch of a projection's weight (out, in).</summary>
    /// <param name="values">The adapters.</param>
    /// <param name="module">The projection.</param>
    /// <param name="offset">Where the stretch begins, in elements of W.</param>
    /// <param name="weight">The stretch.</param>
    public static void Add(LoraParameters values, LoraModule module, long offset, Span<float> weight)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(module);
        int inputs = module.Inputs;
        float scale = (float)values.Layout.Config.Scale;
        Span<float> a = values.A(module).Span;
        for (int done = 0; done < weight.Length;)
        {
            int output = (int)((offset + done) / inputs), from = (int)((offset + done) % inputs);
            Span<float> row = weight.Slice(done, Math.Min(inputs - from, weight.Length - done));
            ReadOnlySpan<float> b = values.B(module, output);
            for (int r = 0; r < b.Length; r++)
            {
                AddScaled(scale * b[r], a.Slice((r * inputs) + from, row.Length), row);
            }

            done += row.Length;
        }
    }

    /// <summary>Adds adapters to the weights of a model without them; <see cref="Transformer.WeightsChanged"/> is the caller's to call.</summary>
    public static void AddTo(ParameterSet weights, LoraParameters values)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(values);
        foreach (LoraModule module in values.Layout.Modules)
        {
            Tensor weight = weights[module.Name + ".weight"];
            Add(values, module, 0, weight.Span);
        }
    }

    private static void AddScaled(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(y);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (int i = from.Length * Vector<float>.Count; i < x.Length; i++)
        {
            y[i] += x[i] * factor;
        }
    }
}
