using Hone.Engine.Memory;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Model;

public sealed partial class Transformer
{
    /// <summary>The low-rank adapters, where the model has some.</summary>
    public LoraAdapters? Adapters { get; private set; }

    /// <summary>Whether passes apply the adapters; without them the model is its frozen base.</summary>
    public bool AdaptersOn { get; set; } = true;

    private LoraAdapters? Active => AdaptersOn ? Adapters : null;

    /// <summary>Gives the model adapters of its shape, which it then owns. Its own weights are frozen from here on.</summary>
    /// <exception cref="InvalidOperationException">It has some already.</exception>
    public void Adapt(LoraAdapters adapters)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        if (Adapters is not null)
        {
            throw new InvalidOperationException("The model has adapters already.");
        }

        Adapters = adapters;
    }

    /// <summary>Adds the adapters to the weights, which are then trained and saved as any model's; the adapters are gone.</summary>
    public void MergeAdapters()
    {
        if (Adapters is { } adapters)
        {
            LoraMerge.AddTo(Parameters, adapters.Values);
            WeightsChanged();
            adapters.Dispose();
            Adapters = null;
        }
    }

    // What the adapters of a product add to the gradient of its input and to their own.
    private void AdapterBackward(int i, LoraSite site, Tensor dy, Tensor x, int T, Tensor dx, LoraParameters? gradients)
    {
        Tensor dLow = AdapterInputBackward(i, site, dy, T, dx);
        AdapterWeightBackward(i, site, dy, dLow, x, T, gradients);
    }

    private Tensor AdapterInputBackward(int i, LoraSite site, Tensor dy, int T, Tensor dx) =>
        Active?.AddInputGradient(i, site, dy, T, dx) ?? default;

    private void AdapterWeightBackward(
        int i, LoraSite site, Tensor dy, Tensor dLow, Tensor x, int T, LoraParameters? gradients)
    {
        if (gradients is not null)
        {
            Active!.AddWeightGradient(i, site, dy, dLow, x, T, gradients);
        }
    }
}
