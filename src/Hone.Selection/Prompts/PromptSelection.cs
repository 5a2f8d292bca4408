namespace Hone.Selection;

/// <summary>Chooses the prompts that are worth training on.</summary>
/// <remarks>Source: UFO-RL, arXiv 2505.12457; the random, confident and unsure rules are its controls.</remarks>
/// <example>
/// <code>
/// double[] s = [0.9, 0.5, 0.1];
/// PromptSelectionResult result = PromptSelection.Select(s, new PromptSelectionOptions { Fraction = 0.34 });
/// // result.Kept is [1]: 0.5 is the mean of s.
/// </code>
/// </example>
public static class PromptSelection
{
    /// <summary>How many of N candidates a fraction keeps: max(1, floor(fraction * N)).</summary>
    /// <remarks>The fraction counts as written: 0.29 of 100 keeps 29, though the binary product is below 29.</remarks>
    /// <param name="candidates">N, at least 1.</param>
    /// <param name="fraction">In (0, 1].</param>
    /// <returns>A count in [1, N].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static int KeptCount(int candidates, double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(candidates);
        if (fraction is not (> 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction to keep is in (0, 1].");
        }

        return WholeCount.AtLeastOne(fraction, candidates);
    }

    /// <summary>Keeps the highest-scoring fraction of the candidates; ties go to the earlier row.</summary>
    /// <param name="probabilities">s = exp(mean log-probability) of each candidate, in data set order.</param>
    /// <param name="options">Rule, fraction, centre and seed.</param>
    /// <returns>The rows kept in data set order, and every row's score and rank.</returns>
    /// <exception cref="ArgumentException">There are no candidates, or one is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is outside (0, 1], or the rule is
    /// unknown.</exception>
    public static PromptSelectionResult Select(ReadOnlySpan<double> probabilities, PromptSelectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("There are no candidates to select from.", nameof(probabilities));
        }

        Throw.IfAnyNotFinite(probabilities, nameof(probabilities));
        int keep = KeptCount(probabilities.Length, options.Fraction);
        double center = options.Center.Of(probabilities);

        // Keys are negated because the sort is ascending; HighestFirst leaves ties in row order.
        double[] keys = new double[probabilities.Length];
        for (int row = 0; row < keys.Length; row++)
        {
            keys[row] = -Score(probabilities[row], row, center, options);
        }

        int[] order = HighestFirst.Sort(keys);
        PromptRank[] rows = new PromptRank[keys.Length];
        for (int place = 0; place < order.Length; place++)
        {
            rows[order[place]] = new PromptRank(-keys[place], place + 1, place < keep);
        }

        int[] kept = order[..keep];
        Array.Sort(kept);
        return new PromptSelectionResult(kept, rows, center);
    }

    private static double Score(double probability, int row, double center, PromptSelectionOptions options) =>
        options.Rule switch
        {
            SelectionRule.Fuzzy => Fuzziness.Score(probability, center),
            SelectionRule.Confident => probability,

            // -s and not 1 - s: the latter would round all tiny probabilities to one tie.
            SelectionRule.Unsure => -probability,

            // A hash of the row rather than a running generator: a row's number does not depend on the rows before it.
            SelectionRule.Random => SplitMix64.Unit(SplitMix64.Hash(options.Seed, (ulong)row)),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Rule, "Unknown selection rule."),
        };
}
