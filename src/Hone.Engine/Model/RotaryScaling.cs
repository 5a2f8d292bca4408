namespace Hone.Engine.Model;

/// <summary>
/// A change of the rotary frequencies theta^(-2i/D) by which a model reads sequences longer than those it was first trained
/// on. No kind depends on the sequence at hand: a key that was cached early must be the one that a training pass computes.
/// </summary>
/// <param name="Factor">How many times longer the sequences are; at least 1.</param>
public abstract record RotaryScaling(double Factor);

/// <summary>`linear`: every frequency divided by the factor (position interpolation, Chen et al. 2023).</summary>
/// <param name="Factor">How many times longer the sequences are; at least 1.</param>
public sealed record LinearScaling(double Factor) : RotaryScaling(Factor);

/// <summary>
/// `dynamic`: the plain frequencies, up to the positions the model was built for. Beyond them the kind is defined by the
/// length of the whole sequence, and every key would change with each token; such sequences are refused.
/// </summary>
/// <param name="Factor">How many times longer the sequences are; at least 1.</param>
public sealed record DynamicScaling(double Factor) : RotaryScaling(Factor);

/// <summary>
/// `llama3`: wavelengths above original/low are divided in frequency, those below original/high kept, and between the two
/// a blend (Llama 3.1).
/// </summary>
/// <param name="Factor">How many times longer the sequences are; at least 1.</param>
/// <param name="LowFrequencyFactor">low, above 0.</param>
/// <param name="HighFrequencyFactor">high, above low.</param>
/// <param name="OriginalPositions">Longest sequence of the first training, in tokens.</param>
public sealed record Llama3Scaling(
    double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalPositions) : RotaryScaling(Factor);

/// <summary>
/// `yarn` (Peng et al. 2023): pairs that turn often within the original length keep their frequency, those that turn
/// seldom are divided, and between them a ramp over the pairs; cosines and sines grow by a factor.
/// </summary>
/// <param name="Factor">How many times longer the sequences are; at least 1.</param>
/// <param name="OriginalPositions">Longest sequence of the first training, in tokens.</param>
public sealed record YarnScaling(double Factor, int OriginalPositions) : RotaryScaling(Factor)
{
    /// <summary>Turns within the original length from which a frequency is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Turns within the original length up to which a frequency is divided; below <see cref="BetaFast"/>.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether the ramp begins and ends at whole pairs.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>What cosines and sines are multiplied with; where null, the paper's 0.1 ln(factor) + 1.</summary>
    public double? AttentionFactor { get; init; }
}
