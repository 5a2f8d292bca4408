using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Tests.Testing;

/// <summary>Random adapters, of which B is not zero.</summary>
internal static class TinyAdapters
{
    public static readonly LoraConfig Config = new() { Rank = 3, Alpha = 4.5 };

    /// <summary>A tiny model with adapters of deviation 0.3.</summary>
    public static Transformer Make(string shape, KernelSet kernels, LoraConfig? lora = null)
    {
        Transformer model = TinyModels.Make(shape, kernels);
        Adapt(model, lora ?? Config);
        return model;
    }

    public static void Adapt(Transformer model, LoraConfig lora)
    {
        var adapters = new LoraAdapters(model.Config, lora, model.Kernels);
        model.Adapt(adapters);
        int seed = 500;
        foreach (LoraModule module in adapters.Values.Layout.Modules)
        {
            Values.Normal(seed++, module.Rank * module.Inputs, 0.3f).CopyTo(adapters.Values.A(module).Span);
            float[] b = Values.Normal(seed++, module.Outputs * module.Rank, 0.3f);
            for (int o = 0; o < module.Outputs; o++)
            {
                b.AsSpan(o * module.Rank, module.Rank).CopyTo(adapters.Values.B(module, o));
            }
        }

        adapters.ValuesChanged();
    }
}
