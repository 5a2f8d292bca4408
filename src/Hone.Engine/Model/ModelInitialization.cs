using Hone.Engine.Decoding;

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
        foreach (ParameterInfo item in model.Parameters.Layout.Items)
        {
            Span<float> values = model.Parameters[item.Name].Span;
            if (item.Shape.Length == 1)
            {
                values.Fill(item.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0f : 1f);
                continue;
            }

            bool endsOnResidual = item.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
                || item.Name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            Fill(values, endsOnResidual ? residual : Deviation, RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(item.Name)));
        }

        model.WeightsChanged();
    }

    // Box and Muller's transform, one value of each pair.
    private static void Fill(Span<float> values, double deviation, ulong stream)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - RandomNumbers.Uniform(stream, 2L * i)));
            double angle = 2.0 * Math.PI * RandomNumbers.Uniform(stream, (2L * i) + 1);
            values[i] = (float)(deviation * radius * Math.Cos(angle));
        }
    }
}
