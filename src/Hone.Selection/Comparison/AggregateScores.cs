namespace Hone.Selection;

/// <summary>Aggregates of a matrix of scores (runs x tasks), as rliable defines them.</summary>
/// <remarks>Source: Agarwal et al. 2021, arXiv 2108.13264, and the formulas of its library.</remarks>
public static class AggregateScores
{
    /// <summary>Interquartile mean: of all N scores, floor(N / 4) are cut at either end and the others averaged.</summary>
    /// <param name="scores">[run][task].</param>
    public static double Iqm(double[][] scores)
    {
        return Iqm(Sorted(scores));
    }

    /// <summary>The same of all scores, ascending.</summary>
    internal static double Iqm(ReadOnlySpan<double> sorted)
    {
        int cut = sorted.Length / 4;
        return Moments.Mean(sorted[cut..^cut]);
    }

    /// <summary>All scores of a matrix, ascending.</summary>
    internal static double[] Sorted(double[][] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double[] all = [.. scores.SelectMany(run => run)];
        Array.Sort(all);
        return all;
    }

    /// <summary>Mean over tasks of the mean over runs.</summary>
    /// <param name="scores">[run][task].</param>
    public static double Mean(double[][] scores) => Moments.Mean(TaskMeans(scores));

    /// <summary>Median over tasks of the mean over runs.</summary>
    /// <param name="scores">[run][task].</param>
    public static double Median(double[][] scores) => Quantile.Of(TaskMeans(scores), 0.5);

    /// <summary>gamma - mean(min(score, gamma)): what is missing to the target, where more than the target does not make up for
    /// less.</summary>
    /// <param name="scores">[run][task].</param>
    /// <param name="target">gamma.</param>
    public static double OptimalityGap(double[][] scores, double target)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double sum = 0.0;
        int count = 0;
        foreach (double score in scores.SelectMany(run => run))
        {
            sum += Math.Min(score, target);
            count++;
        }

        return target - (sum / count);
    }

    /// <summary>Share of all scores above a threshold.</summary>
    /// <param name="scores">[run][task].</param>
    /// <param name="threshold">tau.</param>
    public static double ShareAbove(double[][] scores, double threshold) => ShareAbove(Sorted(scores), threshold);

    /// <summary>The same of all scores, ascending.</summary>
    internal static double ShareAbove(ReadOnlySpan<double> sorted, double threshold)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] > threshold ? (low, middle) : (middle + 1, high);
        }

        return (double)(sorted.Length - low) / sorted.Length;
    }

    /// <summary>P(X > Y): mean over tasks of the share of run pairs in which X scores higher, ties half.</summary>
    /// <param name="x">[run][task] of X.</param>
    /// <param name="y">[run][task] of Y, on the same tasks.</param>
    public static double ProbabilityOfImprovement(double[][] x, double[][] y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double sum = 0.0;
        double[] ofX = new double[x.Length], ofY = new double[y.Length];
        for (int task = 0; task < x[0].Length; task++)
        {
            Column(x, task, ofX);
            Column(y, task, ofY);
            Array.Sort(ofX);
            Array.Sort(ofY);
            sum += MannWhitney.OfSorted(ofX, ofY);
        }

        return sum / x[0].Length;
    }

    private static double[] TaskMeans(double[][] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double[] means = new double[scores[0].Length];
        foreach (double[] run in scores)
        {
            for (int task = 0; task < means.Length; task++)
            {
                means[task] += run[task] / scores.Length;
            }
        }

        return means;
    }

    private static void Column(double[][] scores, int task, double[] column)
    {
        for (int run = 0; run < scores.Length; run++)
        {
            column[run] = scores[run][task];
        }
    }
}
