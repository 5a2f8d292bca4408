namespace Hone.Selection;

/// <summary>The span that rewards are measured by, which a few outliers neither widen nor move.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end; equal to the lower one where all rewards are equal.</param>
internal readonly record struct RewardSpan(double Low, double High)
{
    /// <summary>The share of rewards that is left beyond either end.</summary>
    public const double Tail = 0.01;

    public double Width => High - Low;

    /// <summary>From the 1 % to the 99 % quantile; where these are equal, from the lowest to the highest: a reward that hardly any
    /// completion gets, or lacks, is then all that rewards differ by.</summary>
    /// <param name="rewards">At least one; sorted in place.</param>
    public static RewardSpan Of(Span<double> rewards)
    {
        rewards.Sort();
        RewardSpan quantiles = new(Quantile.OfSorted(rewards, Tail), Quantile.OfSorted(rewards, 1.0 - Tail));
        return quantiles.Width > 0.0 ? quantiles : new RewardSpan(rewards[0], rewards[^1]);
    }

    /// <summary>The reward, or the end that it lies beyond.</summary>
    public double Within(double reward) => Math.Clamp(reward, Low, High);
}
