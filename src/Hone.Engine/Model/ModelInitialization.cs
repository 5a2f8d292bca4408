using Hone.Engine.Decoding;
using Hone.Engine.Files;

namespace Hone.Engine.Model;

/// <summary>First weights of a model that is trained from nothing.</summary>
public static class ModelInitialization
{
    private const double Deviation = 0.02;

    /// <summary>
    /// Normal weights of deviation 0.02, divided by sqrt(2 * layers) where a projection ends on the residual stream
    /// (Radford et al. 2019); norms at 1, biases at 0. The same seed gives the same weights on every machine.
    /// </summary>
    public static void Randomize(Transformer model, long seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        double residual = Deviation / Math.Sqrt(2.0 * model.Config.Layers);
        model.Fill(item => First(item, residual, seed), _ => { });
    }

    private static TensorValues First(ParameterInfo item, double residual, long seed)
    {
        if (!item.IsMatrix)
        {
            float value = item.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0f : 1f;
            return (_, values) => values.Fill(value);
        }

        bool endsOnResidual = item.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
            || item.Name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        double deviation = endsOnResidual ? residual : Deviation;
        ulong stream = RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(item.Name));
        return (offset, values) => Fill(values, offset, deviation, stream);
    }

    // Box and Muller's transform, one value of each pair.
    private static void Fill(Span<float> values, long offset, double deviation, ulong stream)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - RandomNumbers.Uniform(stream, 2 * (offset + i))));
            double angle = 2.0 * Math.PI * RandomNumbers.Uniform(stream, (2 * (offset + i)) + 1);
            values[i] = (float)(deviation * radius * Math.Cos(angle));
        }
    }
}
