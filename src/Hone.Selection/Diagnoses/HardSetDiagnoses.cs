using System.Globalization;

namespace Hone.Selection;

/// <summary>What the hard sets rest on.</summary>
internal static class HardSetDiagnoses
{
    // At an accuracy of one half, 30 answers have a standard error of 9 points, and 10 one of 16: most runs differ by less.
    private const int Few = CheckpointRanking.FewHard;
    private const int VeryFew = 10;

    // A hardest percent above this is no longer the tail that the method is about; more rollouts are needed then.
    private const double LargestAdvisedPercent = 25.0;

    // A middle half within 5 % of the mean leaves the order to the last digits; in logs of trained models it spans 50 % and more.
    private const double FlatSpread = 0.05;

    // Where most share one value, the fixed order of ties makes the hard set.
    private const double MostTied = 0.5;

    // Below this, quartiles and correlations say little.
    private const int FewestCompletions = 30;

    // rho^2 is the share of the ranks' variance: at 0.7 half of it is length, at 0.9 four fifths.
    private const double LengthCorrelation = 0.7;
    private const double StrongLengthCorrelation = 0.9;

    // A fifth of the hard set cut off, and twice as much as in the window, by more than three standard errors.
    private const double ManyTruncated = 0.2;
    private const double TruncatedFactor = 2.0;
    private const double StandardErrors = 3.0;

    public static RankingDiagnosis? FewHard(DiagnosedRanking ranking)
    {
        CheckpointScore[] concerned = [.. ranking.Scored.Where(checkpoint => checkpoint.Hard < Few)];
        if (concerned.Length == 0)
        {
            return null;
        }

        CheckpointScore least = concerned.MinBy(checkpoint => checkpoint.Hard)!;
        double percent = Math.Ceiling(100.0 * Few / least.Samples);
        double error = 0.5 / Math.Sqrt(least.Hard);
        return new RankingDiagnosis(
            DiagnosisIds.FewHard,
            least.Hard < VeryFew ? DiagnosisSeverity.Serious : DiagnosisSeverity.Warning,
            Text($"{concerned.Length} of {ranking.Scored.Length} scores rest on fewer than {Few} hard {ranking.Units}, that of step ")
                + Text($"{least.Step} on {least.Hard}: at rewards of 0 and 1 its standard error is up to {error:F2}."),
            new Dictionary<string, double>
            {
                ["checkpoints"] = concerned.Length, ["least_hard"] = least.Hard, ["least_hard_step"] = least.Step,
                ["samples"] = least.Samples, ["wanted"] = Few, ["standard_error"] = error,
            },
            percent <= LargestAdvisedPercent
                ? Text($"Rank with --hardest {percent} or more, or with a longer --window.")
                : "Use a longer --window, or log more completions a step; a larger --hardest would no longer be the hard ones.");
    }

    public static RankingDiagnosis? FlatUncertainty(DiagnosedRanking ranking)
    {
        if (ranking.Pick is not { } pick || ranking.Window(pick) is not { Length: >= FewestCompletions } window)
        {
            return null;
        }

        double[] sorted = Uncertainties(window);
        Array.Sort(sorted);
        double mean = Moments.Mean(sorted);
        double range = Quantile.OfSorted(sorted, 0.75) - Quantile.OfSorted(sorted, 0.25);
        double tied = (double)LongestRun(sorted) / sorted.Length;
        if (range >= FlatSpread * Math.Abs(mean) && tied < MostTied)
        {
            return null;
        }

        return new RankingDiagnosis(
            DiagnosisIds.FlatUncertainty,
            DiagnosisSeverity.Warning,
            tied >= MostTied
                ? Text($"{tied:P0} of the completions in the window of step {pick.Step} have one and the same uncertainty: ")
                    + "the order of ties decides which of them are hard."
                : Text($"Uncertainty hardly varies in the window of step {pick.Step}: its middle half spans {range:G3} around a mean of ")
                    + Text($"{mean:G3}, so the hard set is little else than a random one."),
            new Dictionary<string, double>
            {
                ["step"] = pick.Step, ["interquartile_range"] = range, ["mean"] = mean, ["tied_share"] = tied,
            },
            "Compare with the random control, and with other measures: --by all.");
    }

    public static RankingDiagnosis? LengthExplains(DiagnosedRanking ranking)
    {
        if (ranking.Options.Measure == "length" || ranking.Pick is not { } pick)
        {
            return null;
        }

        ReadOnlySpan<RolloutScore> window = ranking.Window(pick);
        double correlation = LengthCorrelationOf(window);
        if (window.Length < FewestCompletions || !(Math.Abs(correlation) >= LengthCorrelation))
        {
            return null;
        }

        return new RankingDiagnosis(
            DiagnosisIds.LengthExplains,
            Math.Abs(correlation) >= StrongLengthCorrelation ? DiagnosisSeverity.Serious : DiagnosisSeverity.Warning,
            Text($"Uncertainty follows length: over the {window.Length} completions in the window of step {pick.Step} its rank ")
                + Text($"correlation with the number of tokens is {correlation:F2}, so the hard ones are largely the ")
                + (correlation > 0 ? "long ones." : "short ones."),
            new Dictionary<string, double>
            {
                ["step"] = pick.Step, ["spearman"] = correlation, ["completions"] = window.Length,
            },
            "Rank by length too (--by length): where it picks the same, the pick is not owed to uncertainty.");
    }

    public static RankingDiagnosis? TruncationExplains(DiagnosedRanking ranking)
    {
        if (ranking.Pick is not { Truncated: { } hard } pick)
        {
            return null;
        }

        int truncated = 0;
        ReadOnlySpan<RolloutScore> window = ranking.Window(pick);
        foreach (RolloutScore rollout in window)
        {
            truncated += rollout.Truncated ? 1 : 0;
        }

        double all = (double)truncated / window.Length;
        double error = Math.Sqrt(all * (1 - all) / pick.Hard);
        if (hard < ManyTruncated || hard < TruncatedFactor * all || hard - all <= StandardErrors * error)
        {
            return null;
        }

        return new RankingDiagnosis(
            DiagnosisIds.TruncationExplains,
            DiagnosisSeverity.Warning,
            Text($"{hard:P0} of the hard set of step {pick.Step} were cut off by the length limit, against {all:P0} of its window: ")
                + "the score is largely that of unfinished answers.",
            new Dictionary<string, double>
            {
                ["step"] = pick.Step, ["hard_truncated"] = hard, ["window_truncated"] = all, ["hard"] = pick.Hard,
            },
            "Raise the trainer's completion limit, or compare with a measure that does not see it: --by all.");
    }

    /// <summary>Spearman's rho of uncertainty and tokens; NaN where a completion's tokens are not known.</summary>
    public static double LengthCorrelationOf(ReadOnlySpan<RolloutScore> window)
    {
        double[] tokens = new double[window.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (window[i].Tokens < 0)
            {
                return double.NaN;
            }

            tokens[i] = window[i].Tokens;
        }

        return RankCorrelation.Spearman(Uncertainties(window), tokens);
    }

    private static double[] Uncertainties(ReadOnlySpan<RolloutScore> window)
    {
        double[] values = new double[window.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = window[i].Anll;
        }

        return values;
    }

    private static int LongestRun(ReadOnlySpan<double> sorted)
    {
        int longest = 0;
        for (int start = 0, i = 1; i <= sorted.Length; i++)
        {
            if (i == sorted.Length || sorted[i] != sorted[start])
            {
                (longest, start) = (Math.Max(longest, i - start), i);
            }
        }

        return longest;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
