namespace Hone.Training.Losses;

/// <summary>Loss and diagnostics of an update or of a part of it; parts add up with <c>+</c>.</summary>
public sealed record PolicyLossMetrics
{
    /// <summary>Nothing yet: the start of a sum over micro-batches.</summary>
    public static PolicyLossMetrics Empty { get; } = new();

    /// <summary>This part's share of the update's loss; the shares of all parts sum to the loss.</summary>
    public double Loss { get; init; }

    /// <summary>Completion tokens seen.</summary>
    public long Tokens { get; init; }

    /// <summary>Completions seen.</summary>
    public int Sequences { get; init; }

    /// <summary>Sum over tokens of new over old probability.</summary>
    public double RatioSum { get; init; }

    /// <summary>Largest |ratio - 1|: 0 exactly while the policy is the one that sampled.</summary>
    public double MaxRatioDeviation { get; init; }

    /// <summary>Tokens clipped below: negative advantage, ratio under 1 - ClipLow.</summary>
    public long ClippedLow { get; init; }

    /// <summary>Tokens clipped above: positive advantage, ratio over 1 + ClipHigh.</summary>
    public long ClippedHigh { get; init; }

    /// <summary>Tokens for which the reference's log-probability was given.</summary>
    public long ReferenceTokens { get; init; }

    /// <summary>Sum over those of k3 for KL(policy || reference), in nats, beta not included.</summary>
    public double ReferenceKlSum { get; init; }

    /// <summary>Sum over tokens of k3 for KL(old policy || policy), in nats.</summary>
    public double OldKlSum { get; init; }

    /// <summary>Mean ratio of new to old probability; NaN without tokens. Near 1 if the old policy sampled.</summary>
    public double MeanRatio => RatioSum / Tokens;

    /// <summary>Share of tokens clipped below, in [0, 1]; NaN without tokens.</summary>
    public double ClipFractionLow => (double)ClippedLow / Tokens;

    /// <summary>Share of tokens clipped above, in [0, 1]; NaN without tokens.</summary>
    public double ClipFractionHigh => (double)ClippedHigh / Tokens;

    /// <summary>Mean k3 for KL(policy || reference), in nats; null if there was no reference.</summary>
    public double? MeanReferenceKl => ReferenceTokens == 0 ? null : ReferenceKlSum / ReferenceTokens;

    /// <summary>Mean k3 for KL(old policy || policy), in nats: how far the update has
    /// moved; NaN without tokens.</summary>
    public double MeanOldKl => OldKlSum / Tokens;

    /// <summary>Both parts together.</summary>
    /// <param name="a">One part.</param>
    /// <param name="b">Another part of the same update.</param>
    /// <returns>Sums, and the larger maximum.</returns>
    public static PolicyLossMetrics operator +(PolicyLossMetrics a, PolicyLossMetrics b) => Add(a, b);

    /// <summary>Both parts together.</summary>
    /// <param name="a">One part.</param>
    /// <param name="b">Another part of the same update.</param>
    /// <returns>Sums, and the larger maximum.</returns>
    public static PolicyLossMetrics Add(PolicyLossMetrics a, PolicyLossMetrics b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new PolicyLossMetrics
        {
            Loss = a.Loss + b.Loss,
            Tokens = a.Tokens + b.Tokens,
            Sequences = a.Sequences + b.Sequences,
            RatioSum = a.RatioSum + b.RatioSum,
            MaxRatioDeviation = Math.Max(a.MaxRatioDeviation, b.MaxRatioDeviation),
            ClippedLow = a.ClippedLow + b.ClippedLow,
            ClippedHigh = a.ClippedHigh + b.ClippedHigh,
            ReferenceTokens = a.ReferenceTokens + b.ReferenceTokens,
            ReferenceKlSum = a.ReferenceKlSum + b.ReferenceKlSum,
            OldKlSum = a.OldKlSum + b.OldKlSum,
        };
    }
}
