namespace Hone.Selection;

/// <summary>Means of random subsets, the control for "does uncertainty pick better than chance".</summary>
internal static class RandomSubsets
{
    /// <summary>Means of n values drawn without replacement, one for each draw.</summary>
    public static double[] Means(ReadOnlySpan<double> values, int n, int draws, ulong seed)
    {
        SplitMix64 random = new(seed);
        double[] pool = values.ToArray();
        double total = 0.0;
        foreach (double value in pool)
        {
            total += value;
        }

        // Above one half it is cheaper to draw what is left out.
        bool complement = n > pool.Length / 2;
        int drawn = complement ? pool.Length - n : n;
        double[] means = new double[draws];
        for (int d = 0; d < draws; d++)
        {
            // The first places of a Fisher-Yates shuffle; whatever order the last draw left is as good as any.
            double sum = 0.0;
            for (int i = 0; i < drawn; i++)
            {
                int j = i + random.Below(pool.Length - i);
                (pool[i], pool[j]) = (pool[j], pool[i]);
                sum += pool[i];
            }

            means[d] = (complement ? total - sum : sum) / n;
        }

        return means;
    }
}
