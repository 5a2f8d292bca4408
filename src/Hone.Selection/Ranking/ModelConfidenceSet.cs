namespace Hone.Selection;

/// <summary>The checkpoints that cannot be told apart from the best (Hansen, Lunde and Nason 2011, the model confidence set).</summary>
/// <remarks>
/// <para>While the scores of those left differ too much to be equal, the one that stands farthest below their mean leaves. The
/// test is T_max of section 3.1.2: the largest of (mean of all - own score) / standard error, against its distribution over joint
/// replicates. All truly best checkpoints stay with a probability of 95 %, however many there are; the pick always stays.</para>
/// <para>Replicates hold the covariance between overlapping windows. Standard errors come from few blocks: the critical value is
/// taken from a t distribution where the replicates' would be a normal one.</para>
/// </remarks>
internal static class ModelConfidenceSet
{
    private const double Level = 0.05;

    /// <summary>Indices of the set, ascending.</summary>
    /// <param name="scores">(K) the scores.</param>
    /// <param name="resamples">(K) their replicates, all of one length; null where there are none, which leaves nothing to tell the
    /// checkpoint apart by: it stays.</param>
    /// <param name="pick">Index of the highest score; with no replicates, all stay.</param>
    public static int[] Of(IReadOnlyList<double> scores, IReadOnlyList<WindowResample?> resamples, int pick)
    {
        int[] all = [.. Enumerable.Range(0, scores.Count)];
        if (resamples[pick] is null)
        {
            return all;
        }

        List<int> left = [.. all.Where(i => resamples[i] is not null)];
        double freedom = left.Min(i => resamples[i]!.Freedom);

        double[][] moves =
        [
            .. resamples.Select(own => own is null ? [] : Array.ConvertAll(
                Enumerable.Range(0, own.Deviations.Length).ToArray(), r => (own.Spread * own.Deviations[r]) + own.Prior[r])),
        ];
        while (left.Count > 1 && Worst(scores, moves, left, freedom) is int worst && worst != pick)
        {
            left.Remove(worst);
        }

        return [.. all.Where(i => resamples[i] is null || left.Contains(i))];
    }

    /// <summary>The checkpoint that has to leave; null where all may be equal.</summary>
    private static int? Worst(IReadOnlyList<double> scores, double[][] moves, List<int> left, double freedom)
    {
        int replicates = moves[left[0]].Length;
        double[] means = new double[replicates];
        foreach (int i in left)
        {
            for (int r = 0; r < replicates; r++)
            {
                means[r] += moves[i][r] / left.Count;
            }
        }

        double mean = left.Average(i => scores[i]);
        double[] largest = new double[replicates];
        (double statistic, int worst) = (double.NegativeInfinity, left[0]);
        foreach (int i in left)
        {
            double squares = 0.0;
            for (int r = 0; r < replicates; r++)
            {
                double difference = means[r] - moves[i][r];
                squares += difference * difference;
            }

            // Without any spread, rounding alone must not decide.
            double error = Math.Max(Math.Sqrt(squares / replicates), double.Epsilon);
            double below = mean - scores[i];
            double own = HighestPick.IsTie(mean, scores[i]) ? Math.Min(0.0, below) : below / error;
            (statistic, worst) = own > statistic ? (own, i) : (statistic, worst);
            for (int r = 0; r < replicates; r++)
            {
                largest[r] = Math.Max(largest[r], (means[r] - moves[i][r]) / error);
            }
        }

        double tail = StudentT.NormalTail(Quantile.Of(largest, 1.0 - Level));
        double critical = tail is > 0.0 and < 0.5 ? StudentT.Upper(tail, freedom) : 0.0;
        return statistic > critical ? worst : null;
    }
}
