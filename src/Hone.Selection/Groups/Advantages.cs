using System.Globalization;
using System.Numerics;

namespace Hone.Selection;

/// <summary>Group-relative advantages of GRPO: how much better a completion is than its prompt's others.</summary>
/// <remarks>Source: DeepSeekMath, arXiv 2402.03300, section 4.1.2. Without the divisor it is Dr. GRPO's, arXiv
/// 2503.20783. The deviation is the sample one (divisor G - 1) and epsilon is 1e-4, as in TRL.</remarks>
public static class Advantages
{
    /// <summary>Added to the deviation so that a nearly constant group does not explode.</summary>
    public const double DefaultEpsilon = 1e-4;

    /// <summary>A_i = R_i - mean(R), or (R_i - mean(R)) / (std(R) + epsilon), over one group.</summary>
    /// <remarks>A group whose rewards are all equal, one of a single completion included, carries no signal: its
    /// advantages are exactly 0. Sums are taken in double, in order.</remarks>
    /// <typeparam name="T">Precision of rewards and advantages.</typeparam>
    /// <param name="rewards">The G rewards of one prompt's completions, finite.</param>
    /// <param name="advantages">Overwritten, length G; may be the rewards' own memory.</param>
    /// <param name="scale">Whether to divide by the deviation.</param>
    /// <param name="epsilon">In reward units, finite, at least 0.</param>
    /// <returns>The group's mean, deviation and whether it was constant.</returns>
    /// <exception cref="ArgumentException">The group is empty, lengths differ, or a reward is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not finite.</exception>
    public static GroupStatistics OfGroup<T>(
        ReadOnlySpan<T> rewards,
        Span<T> advantages,
        AdvantageScale scale = AdvantageScale.StandardDeviation,
        double epsilon = DefaultEpsilon)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Throw.IfLengthsDiffer(rewards.Length, advantages.Length, nameof(advantages));
        if (epsilon is not (>= 0.0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is finite and at least 0.");
        }

        GroupStatistics group = Describe(rewards);
        double divisor = scale == AdvantageScale.StandardDeviation ? group.StandardDeviation + epsilon : 1.0;
        for (int i = 0; i < rewards.Length; i++)
        {
            // Equality decides, not the deviation: the rounded mean of equal rewards may differ from them.
            advantages[i] = group.ZeroVariance
                ? T.Zero
                : T.CreateChecked((double.CreateChecked(rewards[i]) - group.Mean) / divisor);
        }

        return group;
    }

    /// <summary><see cref="OfGroup"/> for consecutive groups of one size.</summary>
    /// <typeparam name="T">Precision of rewards and advantages.</typeparam>
    /// <param name="rewards">(groups x G) rewards, the completions of a prompt side by side.</param>
    /// <param name="groupSize">G, at least 1; divides the number of rewards.</param>
    /// <param name="advantages">Overwritten, as long as the rewards; may be their own memory.</param>
    /// <param name="scale">Whether to divide by each group's deviation.</param>
    /// <param name="epsilon">In reward units, finite, at least 0.</param>
    /// <returns>How many groups there were, and how many carried no signal.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or a reward is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Group size or epsilon is outside its range.</exception>
    public static BatchStatistics OfBatch<T>(
        ReadOnlySpan<T> rewards,
        int groupSize,
        Span<T> advantages,
        AdvantageScale scale = AdvantageScale.StandardDeviation,
        double epsilon = DefaultEpsilon)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupSize);
        Throw.IfLengthsDiffer(rewards.Length, advantages.Length, nameof(advantages));
        if (rewards.Length % groupSize != 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{rewards.Length} rewards are not groups of {groupSize}."),
                nameof(rewards));
        }

        int constant = 0;
        for (int start = 0; start < rewards.Length; start += groupSize)
        {
            Span<T> output = advantages.Slice(start, groupSize);
            constant += OfGroup(rewards.Slice(start, groupSize), output, scale, epsilon).ZeroVariance ? 1 : 0;
        }

        return new BatchStatistics(rewards.Length / groupSize, constant);
    }

    private static GroupStatistics Describe<T>(ReadOnlySpan<T> rewards)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (rewards.IsEmpty)
        {
            throw new ArgumentException("A group needs at least one reward.", nameof(rewards));
        }

        double[] values = new double[rewards.Length];
        bool constant = true;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.CreateChecked(rewards[i]);
            constant &= rewards[i] == rewards[0];
        }

        Throw.IfAnyNotFinite(values, nameof(rewards));
        double mean = Moments.Mean(values);
        return new GroupStatistics(mean, constant ? 0.0 : Moments.SampleDeviation(values, mean), constant);
    }
}
