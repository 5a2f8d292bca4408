namespace Hone.Selection;

/// <summary>A window's scores in random halves of the prompts.</summary>
internal static class SplitHalves
{
    /// <summary>Splits that one hash of a prompt decides, a bit each.</summary>
    public const int MostSplits = 64;

    /// <summary>Scores both halves of every split for several p. All completions of a prompt are in one half, in every window,
    /// so that the halves share no prompt.</summary>
    /// <param name="window">The window.</param>
    /// <param name="percents">(M) the p, ascending; each counts within its half.</param>
    /// <param name="seed">Seed of the halvings, the same for all windows.</param>
    /// <param name="splits">S, at most <see cref="MostSplits"/>.</param>
    /// <returns>(S * 2 * M) by split, half and p; NaN where a half has no unit.</returns>
    public static double[] Scores(RankedWindow window, ReadOnlySpan<double> percents, ulong seed, int splits)
    {
        ulong[] halves = new ulong[window.Units];
        for (int unit = 0; unit < halves.Length; unit++)
        {
            halves[unit] = SplitMix64.Hash(seed, (uint)window.UnitPrompt[unit]);
        }

        double[] scores = new double[splits * 2 * percents.Length];
        for (int split = 0; split < splits; split++)
        {
            Span<double> both = scores.AsSpan(split * 2 * percents.Length, 2 * percents.Length);
            OfSplit(window.Reward, halves, split, percents, both[..percents.Length], both[percents.Length..]);
        }

        return scores;
    }

    private static void OfSplit(
        double[] rewards, ulong[] halves, int split, ReadOnlySpan<double> percents, Span<double> first, Span<double> second)
    {
        int inFirst = 0;
        foreach (ulong half in halves)
        {
            inFirst += (int)((half >> split) & 1);
        }

        if (inFirst == 0 || inFirst == halves.Length)
        {
            first.Fill(double.NaN);
            second.Fill(double.NaN);
            return;
        }

        Span<int> firstCounts = stackalloc int[percents.Length], secondCounts = stackalloc int[percents.Length];
        WholeCount.AtLeastOne(percents, inFirst, firstCounts);
        WholeCount.AtLeastOne(percents, halves.Length - inFirst, secondCounts);
        HardestMeans firstMeans = new(firstCounts, first), secondMeans = new(secondCounts, second);
        for (int unit = 0; unit < halves.Length && !(firstMeans.Full && secondMeans.Full); unit++)
        {
            if (((halves[unit] >> split) & 1) != 0)
            {
                firstMeans.Take(rewards[unit], 1.0);
            }
            else
            {
                secondMeans.Take(rewards[unit], 1.0);
            }
        }
    }
}
