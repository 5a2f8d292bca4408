namespace Hone.Selection;

/// <summary>An interval for an accuracy that stays inside [0, 1] and is sound near its ends (Wilson 1927).</summary>
public static class WilsonInterval
{
    /// <summary>The normal quantile of a two-sided 95 % interval.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>centre +- half, centre = (p + z^2/2n) / (1 + z^2/n), half = z sqrt(p(1-p)/n + z^2/4n^2) / (1 +
    /// z^2/n).</summary>
    /// <remarks>Holds for independent trials: one sample a prompt. For several, see
    /// <see cref="Bootstrap.MeanInterval"/>.</remarks>
    /// <param name="successes">In [0, n].</param>
    /// <param name="trials">n; 0 trials say nothing and give [0, 1].</param>
    /// <param name="z">Half-width in standard deviations, positive and finite.</param>
    /// <returns>An interval inside [0, 1] that holds p = successes / n.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Interval Of(int successes, int trials, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (z is not (> 0.0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(z), z, "A half-width is positive and finite.");
        }

        if (trials == 0)
        {
            return new Interval(0.0, 1.0);
        }

        double n = trials;
        double p = successes / n;
        double shrink = 1.0 + (z * z / n);
        double centre = (p + (z * z / (2.0 * n))) / shrink;
        double half = z * Math.Sqrt((p * (1.0 - p) / n) + (z * z / (4.0 * n * n))) / shrink;

        // The formula gives exactly 0 and 1 at the ends; rounding must not push them past p.
        double low = successes == 0 ? 0.0 : Math.Max(0.0, centre - half);
        double high = successes == trials ? 1.0 : Math.Min(1.0, centre + half);
        return new Interval(low, high);
    }
}
