using Hone.Engine.Decoding;

namespace Hone.Engine.Model.Lora;

/// <summary>First values of adapters, as PEFT draws them.</summary>
public static class LoraInitialization
{
    /// <summary>
    /// A uniform in -1/sqrt(in) to 1/sqrt(in) (Kaiming with a = sqrt 5, the default of a linear layer), B zero: the adapted
    /// model is the base. The same seed gives the same values on every machine.
    /// </summary>
    public static void Randomize(LoraAdapters adapters, long seed)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        LoraParameters values = adapters.Values;
        values.All.Clear();
        foreach (LoraModule module in values.Layout.Modules)
        {
            double bound = 1.0 / Math.Sqrt(module.Inputs);
            ulong stream = RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(module.Name));
            Span<float> a = values.A(module).Span;
            for (int i = 0; i < a.Length; i++)
            {
                a[i] = (float)(bound * ((2.0 * RandomNumbers.Uniform(stream, i)) - 1.0));
            }
        }

        adapters.ValuesChanged();
    }
}
