namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>Bootstrap intervals that ranking does not use, to compare with.</summary>
internal static class OtherIntervals
{
    /// <summary>The percentile interval of completions resampled one by one: what a reader would compute who takes the hard set
    /// for independent answers.</summary>
    public static Interval Plain(RankedWindow window, int n, int replicates, ulong seed) =>
        Bootstrap.MeanInterval(window.Reward.AsSpan(0, n), seed, replicates);

    /// <summary>The percentile interval of moving blocks of ceil(S^(1/3)) steps (Kuensch 1989), without any correction for their small
    /// number.</summary>
    public static Interval MovingBlocks(RankedWindow window, double percent, int replicates, ulong seed)
    {
        SplitMix64 random = new(seed);
        int steps = window.Steps;
        int length = Math.Min((int)Math.Ceiling(Math.Cbrt(steps) - Tolerance.Rounding), steps - 1);
        double[] weights = new double[steps];
        double[] scores = new double[replicates];
        for (int r = 0; r < replicates; r++)
        {
            Array.Clear(weights);
            for (int left = steps; left > 0; left -= length)
            {
                int start = random.Below(steps - length + 1);
                for (int s = start; s < start + Math.Min(length, left); s++)
                {
                    weights[s]++;
                }
            }

            scores[r] = Score(window, weights, percent);
        }

        return Quantile.Central(scores, 0.95);
    }

    private static double Score(RankedWindow window, double[] weights, double percent)
    {
        double left = percent / 100.0 * window.UnitStep.Sum(s => weights[s]);
        double taken = left;
        double sum = 0.0;
        for (int unit = 0; left > 0.0 && unit < window.Units; unit++)
        {
            double weight = Math.Min(left, weights[window.UnitStep[unit]]);
            sum += weight * window.Reward[unit];
            left -= weight;
        }

        return sum / (taken - left);
    }
}
