namespace Hone.Selection;

/// <summary>How well scores of one pass foretell what sampling many times finds.</summary>
/// <param name="Prompts">N.</param>
/// <param name="MeanPassRate">Mean share of right completions.</param>
/// <param name="Learnable">Prompts in the learnable zone: some completions right, some wrong.</param>
/// <param name="Solved">Prompts of whose completions at least half are right.</param>
/// <param name="Spearman">Rank correlation of s with the pass rate.</param>
/// <param name="SolvedAuc">Probability that a solved prompt has the higher s of it and an unsolved one, ties half.</param>
/// <param name="LearnableAuc">Probability that a prompt of the learnable zone has the higher fuzziness of it and one outside.</param>
/// <remarks>Estimates are null where a class is empty or all values are equal; intervals are percentile intervals of resampled
/// prompts.</remarks>
public sealed record ConfidenceCheck(
    int Prompts, double MeanPassRate, int Learnable, int Solved, Estimate? Spearman, Estimate? SolvedAuc, Estimate? LearnableAuc)
{
    private const double IntervalShare = 0.95;

    /// <summary>Compares scores with pass rates.</summary>
    /// <param name="probabilities">(N) s.</param>
    /// <param name="passRates">(N) share of right completions, in [0, 1].</param>
    /// <param name="center">mu of the whole candidate set.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <param name="replicates">Bootstrap replicates, at least 1.</param>
    /// <exception cref="ArgumentException">There are no prompts, lengths differ, or a value is not finite.</exception>
    public static ConfidenceCheck Of(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<double> passRates, double center, ulong seed,
        int replicates = Bootstrap.DefaultReplicates)
    {
        Throw.IfLengthsDiffer(probabilities.Length, passRates.Length, nameof(passRates));
        Throw.IfAnyNotFinite(probabilities, nameof(probabilities));
        Throw.IfAnyNotFinite(passRates, nameof(passRates));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicates);
        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("A check needs at least one prompt.", nameof(probabilities));
        }

        double[] s = probabilities.ToArray(), pass = passRates.ToArray();
        Func<double[], double[], double>[] figures =
        [
            (x, y) => RankCorrelation.Spearman(x, y),
            (x, y) => Auc(x, y, IsSolved),
            (x, y) => Auc([.. x.Select(value => Fuzziness.Score(value, center))], y, IsLearnable),
        ];
        double[][] drawn = new double[replicates][];
        Parallel.For(0, replicates, r =>
        {
            SplitMix64 random = new(SplitMix64.Hash(seed, (ulong)r));
            double[] x = new double[s.Length], y = new double[s.Length];
            for (int i = 0; i < x.Length; i++)
            {
                int taken = random.Below(s.Length);
                (x[i], y[i]) = (s[taken], pass[taken]);
            }

            drawn[r] = [.. figures.Select(figure => figure(x, y))];
        });
        Estimate?[] estimates = [.. figures.Select((figure, f) => Estimated(figure(s, pass), [.. drawn.Select(row => row[f])]))];
        return new ConfidenceCheck(
            s.Length, Moments.Mean(pass), pass.Count(IsLearnable), pass.Count(IsSolved), estimates[0], estimates[1], estimates[2]);
    }

    private static bool IsSolved(double passRate) => passRate >= 0.5;

    private static bool IsLearnable(double passRate) => passRate is > 0.0 and < 1.0;

    private static double Auc(double[] scores, double[] passRates, Func<double, bool> positive) => MannWhitney.Probability(
        [.. scores.Where((_, i) => positive(passRates[i]))], [.. scores.Where((_, i) => !positive(passRates[i]))]);

    // Resamples in which a class came out empty say nothing.
    private static Estimate? Estimated(double value, double[] drawn)
    {
        if (double.IsNaN(value))
        {
            return null;
        }

        double[] defined = [.. drawn.Where(figure => !double.IsNaN(figure))];
        if (defined.Length == 0)
        {
            return new Estimate(value, null, null);
        }

        Interval interval = Quantile.Central(defined, IntervalShare);
        return new Estimate(value, interval.Low, interval.High);
    }
}
