namespace Hone.Selection;

/// <summary>Two windows compared on the prompts that both have.</summary>
/// <param name="Prompts">n: prompts in common.</param>
/// <param name="First">Mean over them of the first window's reward on the prompt's hardest completions.</param>
/// <param name="Second">The same of the second window.</param>
/// <param name="StandardError">Of the mean difference: the sample deviation of the prompts' differences over sqrt(n); NaN for fewer
/// than two prompts.</param>
public sealed record PairedScore(int Prompts, double First, double Second, double StandardError)
{
    /// <summary>First minus second.</summary>
    public double Difference => First - Second;

    /// <summary>
    /// Takes of each common prompt the max(1, floor(p m / 100)) most uncertain of its m completions in a window, and their mean
    /// reward; a score is the mean over prompts, each with the same weight, so that neither window has easier questions.
    /// </summary>
    /// <param name="first">A window's rollouts, in any order, all with a finite uncertainty and reward.</param>
    /// <param name="second">Another's.</param>
    /// <param name="hardestPercent">p, in (0, 100].</param>
    /// <returns>The comparison; its figures are NaN where no prompt is common.</returns>
    public static PairedScore Of(ReadOnlySpan<RolloutScore> first, ReadOnlySpan<RolloutScore> second, double hardestPercent)
    {
        SortedDictionary<int, double> own = ByPrompt(first, hardestPercent), others = ByPrompt(second, hardestPercent);
        double[] a = [.. own.Where(prompt => others.ContainsKey(prompt.Key)).Select(prompt => prompt.Value)];
        double[] b = [.. others.Where(prompt => own.ContainsKey(prompt.Key)).Select(prompt => prompt.Value)];
        double[] differences = [.. a.Zip(b, (x, y) => x - y)];
        double error = differences.Length < 2
            ? double.NaN
            : Moments.SampleDeviation(differences, Moments.Mean(differences)) / Math.Sqrt(differences.Length);
        return new PairedScore(a.Length, Moments.Mean(a), Moments.Mean(b), error);
    }

    private static SortedDictionary<int, double> ByPrompt(ReadOnlySpan<RolloutScore> window, double hardestPercent)
    {
        RolloutScore[] sorted = window.ToArray();
        Array.Sort(sorted, ByPromptAndHardness);
        var rewards = new SortedDictionary<int, double>();
        for (int start = 0, i = 1; i <= sorted.Length; i++)
        {
            if (i == sorted.Length || sorted[i].Prompt != sorted[start].Prompt)
            {
                int count = CheckpointRanking.HardCount(i - start, hardestPercent);
                rewards[sorted[start].Prompt] = RankedWindow.MeanReward(sorted.AsSpan(start, count));
                start = i;
            }
        }

        return rewards;
    }

    // Ties in the order of (step, sample), as everywhere.
    private static int ByPromptAndHardness(RolloutScore x, RolloutScore y)
    {
        int order = x.Prompt.CompareTo(y.Prompt);
        order = order != 0 ? order : y.Anll.CompareTo(x.Anll);
        order = order != 0 ? order : x.Step.CompareTo(y.Step);
        return order != 0 ? order : x.Sample.CompareTo(y.Sample);
    }
}
