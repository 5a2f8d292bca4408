namespace Hone.Engine.Model;

/// <summary>The angles of the rotary embedding in double: token p turns pair i by p * frequency(i).</summary>
internal static class RotaryFrequencies
{
    // Keeps the ramp finite where it begins and ends at the same pair; the published value.
    private const double ShortestRamp = 0.001;

    /// <summary>(D/2) frequencies in radians per token.</summary>
    public static double[] Of(double theta, int headSize, RotaryScaling? scaling)
    {
        var frequencies = new double[headSize / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double plain = Math.Pow(theta, -2.0 * i / headSize);
            frequencies[i] = scaling switch
            {
                null or DynamicScaling => plain,
                LinearScaling linear => plain / linear.Factor,
                Llama3Scaling llama3 => Llama3(plain, llama3),
                YarnScaling yarn => Yarn(plain, i, theta, headSize, yarn),
                _ => throw new ArgumentException($"{scaling.GetType().Name} has no frequencies.", nameof(scaling)),
            };
        }

        return frequencies;
    }

    /// <summary>What cosines and sines are multiplied with.</summary>
    public static double Amplitude(RotaryScaling? scaling) =>
        scaling is YarnScaling yarn ? yarn.AttentionFactor ?? Growth(yarn.Factor) : 1;

    /// <summary>0.1 weight ln(factor) + 1, by which yarn sharpens attention over longer sequences.</summary>
    public static double Growth(double factor, double weight = 1) => (0.1 * weight * Math.Log(factor)) + 1;

    private static double Llama3(double frequency, Llama3Scaling scaling)
    {
        double turns = scaling.OriginalPositions * frequency / (2 * Math.PI);
        double low = scaling.LowFrequencyFactor, high = scaling.HighFrequencyFactor;
        double kept = Math.Clamp((turns - low) / (high - low), 0, 1);
        return Blend(frequency, scaling.Factor, kept);
    }

    private static double Yarn(double frequency, int pair, double theta, int headSize, YarnScaling scaling)
    {
        double low = PairOfTurns(scaling.BetaFast), high = PairOfTurns(scaling.BetaSlow);
        if (scaling.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, headSize - 1));
        double length = low == high ? ShortestRamp : high - low;
        return Blend(frequency, scaling.Factor, 1 - Math.Clamp((pair - low) / length, 0, 1));

        // The pair, as a fraction, that makes so many turns within the original length.
        double PairOfTurns(double turns) =>
            headSize * Math.Log(scaling.OriginalPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private static double Blend(double frequency, double factor, double kept) =>
        ((1 - kept) * frequency / factor) + (kept * frequency);
}
