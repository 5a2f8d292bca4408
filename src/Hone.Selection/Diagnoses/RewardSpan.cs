namespace Hone.Selection;

/// <summary>The span that rewards are measured by, which a few outliers neither widen nor move.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end; equal to the lower one where all rewards are equal.</param>
internal readonly record struct RewardSpan(double Low, double High)
{
    /// <summary>The share of rewards that is left beyond either end.</summary>
    public const double Tail = 0.01;

    // Quantiles of so many, taken at equal distances, are exact to 0.03 points of a percent; sorting millions would take longer than ranking.
    private const int Enough = 100_000;

    public double Width => High - Low;

    /// <summary>From the 1 % to the 99 % quantile; where these are equal, from the lowest to the highest: a reward that hardly any
    /// completion gets, or lacks, is then all that rewards differ by.</summary>
    /// <param name="rollouts">At least one.</param>
    /// <param name="more">More of them; none for none.</param>
    public static RewardSpan Of(ReadOnlySpan<RolloutScore> rollouts, ReadOnlySpan<RolloutScore> more = default)
    {
        // Odd, so that it does not fall into step with groups of 8 or 16.
        int pace = ((rollouts.Length + more.Length) / Enough) | 1;
        double[] rewards = new double[Sampled(rollouts.Length, pace) + Sampled(more.Length, pace)];
        RewardSpan first = Sample(rollouts, pace, rewards), second = Sample(more, pace, rewards.AsSpan(Sampled(rollouts.Length, pace)));
        rewards.Sort();
        RewardSpan quantiles = new(Quantile.OfSorted(rewards, Tail), Quantile.OfSorted(rewards, 1.0 - Tail));
        return quantiles.Width > 0.0 ? quantiles : new RewardSpan(Math.Min(first.Low, second.Low), Math.Max(first.High, second.High));
    }

    /// <summary>The reward, or the end that it lies beyond.</summary>
    public double Within(double reward) => Math.Clamp(reward, Low, High);

    private static int Sampled(int count, int pace) => (count + pace - 1) / pace;

    // Every so many rewards, and the extremes of all.
    private static RewardSpan Sample(ReadOnlySpan<RolloutScore> rollouts, int pace, Span<double> rewards)
    {
        RewardSpan all = new(double.MaxValue, double.MinValue);
        for (int i = 0; i < rollouts.Length; i++)
        {
            double reward = rollouts[i].Reward;
            all = new RewardSpan(Math.Min(all.Low, reward), Math.Max(all.High, reward));
            if (i % pace == 0)
            {
                rewards[i / pace] = reward;
            }
        }

        return all;
    }
}
