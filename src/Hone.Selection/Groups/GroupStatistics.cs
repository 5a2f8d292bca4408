namespace Hone.Selection;

/// <summary>Whether advantages are divided by the group's deviation.</summary>
public enum AdvantageScale
{
    /// <summary>Only centred (Dr. GRPO): easy and hard prompts keep their natural weight.</summary>
    None,

    /// <summary>Divided by the group's sample standard deviation plus epsilon (GRPO).</summary>
    StandardDeviation,
}

/// <summary>The rewards of one group.</summary>
/// <param name="Mean">Mean reward.</param>
/// <param name="StandardDeviation">Sample deviation (divisor G - 1); 0 for a constant group.</param>
/// <param name="ZeroVariance">True if all rewards are equal, so that the group carries no signal.</param>
public readonly record struct GroupStatistics(double Mean, double StandardDeviation, bool ZeroVariance);

/// <summary>The groups of one batch.</summary>
/// <param name="Groups">Number of groups.</param>
/// <param name="ZeroVarianceGroups">Number of groups that carry no signal.</param>
public readonly record struct BatchStatistics(int Groups, int ZeroVarianceGroups);
