namespace Hone.Selection;

/// <summary>The checkpoints that cannot be told apart from the pick.</summary>
/// <remarks>
/// <para>All pairs are compared at once, as in Tukey's test, by the single-step maximum of studentised differences over bootstrap
/// replicates (Romano and Wolf 2005, algorithm 4.1). A checkpoint leaves the set if the pick's score exceeds its own by more than the
/// 95 % quantile of that maximum. So a truly best checkpoint stays with a probability of 95 % at least, and so do all of
/// them where nothing differs.</para>
/// <para>Replicates hold the covariance between overlapping windows. Standard errors come from few blocks: each pair's critical value
/// is taken from a t distribution, of that pair's degrees of freedom, at the point where the replicates' would be a normal one. A short
/// window so makes its own comparison less certain, and no other.</para>
/// </remarks>
internal static class PickComparison
{
    private const double Level = 0.05;

    /// <summary>Indices of the set, ascending.</summary>
    /// <param name="scores">(K) the scores.</param>
    /// <param name="resamples">(K) their replicates, all of one length; null where there are none, which leaves nothing to tell the
    /// checkpoint apart by: it stays.</param>
    /// <param name="pick">Index of the highest score; where it has no replicates, all stay.</param>
    /// <param name="apart">Whether two windows share no rollouts.</param>
    public static int[] Indistinguishable(
        IReadOnlyList<double> scores, IReadOnlyList<WindowResample?> resamples, int pick, Func<int, int, bool> apart)
    {
        int[] all = [.. Enumerable.Range(0, scores.Count)];
        int[] drawn = [.. all.Where(i => resamples[i] is not null)];
        if (resamples[pick] is not { } best)
        {
            return all;
        }

        double[][] moves = [.. all.Select(i => resamples[i]?.Moves ?? [])];
        double[] largest = new double[moves[pick].Length];
        foreach (int i in drawn)
        {
            foreach (int j in drawn.TakeWhile(j => j < i))
            {
                double error = StandardError(moves[i], moves[j]);
                for (int r = 0; error > 0.0 && r < largest.Length; r++)
                {
                    largest[r] = Math.Max(largest[r], Math.Abs(moves[i][r] - moves[j][r]) / error);
                }
            }
        }

        double tail = StudentT.NormalTail(Quantile.Of(largest, 1.0 - Level));
        return
        [
            .. all.Where(i => i == pick || resamples[i] is not { } other || HighestPick.IsTie(scores[pick], scores[i])
                || scores[pick] - scores[i]
                    <= Critical(tail, Freedom(best, other, apart(pick, i))) * StandardError(moves[pick], moves[i])),
        ];
    }

    private static double Critical(double tail, double freedom) => tail is > 0.0 and < 0.5 ? StudentT.Upper(tail, freedom) : 0.0;

    // Variances of windows apart add up (Welch 1947). Of overlapping ones, what they do not share is no better known than the shorter.
    private static double Freedom(WindowResample a, WindowResample b, bool apart)
    {
        (double ofA, double ofB) = (a.Variance, b.Variance);
        double least = Math.Min(a.Freedom, b.Freedom);
        double squares = (ofA * ofA / a.Freedom) + (ofB * ofB / b.Freedom);
        return apart && squares > 0.0 ? (ofA + ofB) * (ofA + ofB) / squares : least;
    }

    private static double StandardError(double[] a, double[] b)
    {
        double squares = 0.0;
        for (int r = 0; r < a.Length; r++)
        {
            squares += (a[r] - b[r]) * (a[r] - b[r]);
        }

        return Math.Sqrt(squares / a.Length);
    }
}
