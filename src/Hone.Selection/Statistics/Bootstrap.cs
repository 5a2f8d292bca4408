namespace Hone.Selection;

/// <summary>Percentile bootstrap (Efron 1979).</summary>
public static class Bootstrap
{
    /// <summary>Replicates drawn unless told otherwise.</summary>
    public const int DefaultReplicates = 2000;

    /// <summary>An interval for a mean over prompts, by resampling whole prompts with replacement.</summary>
    /// <remarks>Several samples of one prompt are not independent, so a prompt's samples stay together: pass one value
    /// a prompt, such as its share of correct samples or its pass@k. One prompt gives an interval of no width, which
    /// says nothing about other prompts.</remarks>
    /// <param name="promptMeans">One finite value per prompt, N of them.</param>
    /// <param name="seed">Seed; the same seed gives the same interval.</param>
    /// <param name="replicates">Resamples, at least 1. Cost: N * replicates additions.</param>
    /// <param name="confidence">Share of replicates inside, in (0, 1).</param>
    /// <returns>The central percentile interval of the resampled means.</returns>
    /// <exception cref="ArgumentException">There are no values, or one is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Replicates or confidence is outside its range.</exception>
    public static Interval MeanInterval(
        ReadOnlySpan<double> promptMeans, ulong seed, int replicates = DefaultReplicates, double confidence = 0.95)
    {
        if (promptMeans.IsEmpty)
        {
            throw new ArgumentException("An interval needs at least one value.", nameof(promptMeans));
        }

        Throw.IfAnyNotFinite(promptMeans, nameof(promptMeans));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicates);
        if (confidence is not (> 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence is in (0, 1).");
        }

        SplitMix64 random = new(seed);
        double[] means = new double[replicates];
        for (int r = 0; r < replicates; r++)
        {
            double sum = 0.0;
            for (int i = 0; i < promptMeans.Length; i++)
            {
                sum += promptMeans[random.Below(promptMeans.Length)];
            }

            means[r] = sum / promptMeans.Length;
        }

        return Quantile.Central(means, confidence);
    }
}
