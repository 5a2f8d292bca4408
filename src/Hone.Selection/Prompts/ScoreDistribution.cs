namespace Hone.Selection;

/// <summary>How s = exp(mean log-probability) is spread over a candidate set.</summary>
/// <param name="Count">N.</param>
/// <param name="Mean">mu, the centre of the fuzzy rule.</param>
/// <param name="Deviation">Sample standard deviation.</param>
/// <param name="Quantiles">Values at <see cref="Shares"/>.</param>
/// <param name="Histogram">(20) counts of equal bins of [0, 1]; s = 1 is in the last.</param>
/// <param name="NearMean">Share of the prompts within half a standard deviation of mu.</param>
/// <param name="LengthCorrelation">Spearman's correlation of s with the number of scored tokens; null where it is not
/// defined.</param>
/// <param name="PromptCorrelation">The same with the prompt's length; null where it is not defined.</param>
public sealed record ScoreDistribution(
    int Count, double Mean, double Deviation, IReadOnlyList<double> Quantiles, IReadOnlyList<int> Histogram, double NearMean,
    double? LengthCorrelation, double? PromptCorrelation)
{
    /// <summary>Number of bins.</summary>
    public const int Bins = 20;

    /// <summary>The shares of the quantiles.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

    /// <summary>Describes a candidate set.</summary>
    /// <param name="probabilities">(N) s, finite; at least one.</param>
    /// <param name="tokens">(N) scored tokens.</param>
    /// <param name="promptLengths">(N) lengths of the prompts, in any unit.</param>
    /// <exception cref="ArgumentException">There are no prompts, lengths differ, or a value is not finite.</exception>
    public static ScoreDistribution Of(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<double> tokens, ReadOnlySpan<double> promptLengths)
    {
        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("A distribution needs at least one prompt.", nameof(probabilities));
        }

        Throw.IfAnyNotFinite(probabilities, nameof(probabilities));
        double[] sorted = probabilities.ToArray();
        Array.Sort(sorted);
        double mean = Moments.Mean(sorted), deviation = Moments.SampleDeviation(sorted, mean);
        int[] histogram = new int[Bins];
        foreach (double s in sorted)
        {
            histogram[(int)Math.Clamp(s * Bins, 0, Bins - 1)]++;
        }

        return new ScoreDistribution(
            sorted.Length, mean, deviation, [.. Shares.Select(share => Quantile.OfSorted(sorted, share))], histogram,
            (double)Within(sorted, mean - (deviation / 2), mean + (deviation / 2)) / sorted.Length,
            Defined(RankCorrelation.Spearman(probabilities, tokens)),
            Defined(RankCorrelation.Spearman(probabilities, promptLengths)))
        {
            BesideMean = Math.Min(
                Densest(sorted.AsSpan(0, Below(sorted, mean)), deviation), Densest(sorted.AsSpan(Below(sorted, mean)), deviation)),
        };
    }

    /// <summary>Prompts in the fullest stretch of one standard deviation on that side of mu on which it holds fewer.</summary>
    public int BesideMean { get; private init; }

    private static double? Defined(double value) => double.IsNaN(value) ? null : value;

    private static int Within(double[] sorted, double low, double high) => sorted.Count(s => s >= low && s <= high);

    private static int Below(double[] sorted, double bound)
    {
        int count = 0;
        while (count < sorted.Length && sorted[count] < bound)
        {
            count++;
        }

        return count;
    }

    private static int Densest(ReadOnlySpan<double> sorted, double width)
    {
        int most = 0;
        for (int first = 0, end = 0; first < sorted.Length; first++)
        {
            while (end < sorted.Length && sorted[end] - sorted[first] <= width)
            {
                end++;
            }

            most = Math.Max(most, end - first);
        }

        return most;
    }
}
