namespace Hone.Selection;

/// <summary>How often each of several checkpoints scores highest over bootstrap replicates.</summary>
internal static class BestShares
{
    /// <summary>The share of replicates in which each scores highest; those that tie split the replicate.</summary>
    /// <param name="replicates">(C) each checkpoint's scores in draw order, R of them; none for one without records.</param>
    /// <returns>(C) shares, which sum to 1 where any checkpoint has scores.</returns>
    public static double[] Of(IReadOnlyList<double[]> replicates)
    {
        double[] shares = new double[replicates.Count];
        int[] scored = [.. Enumerable.Range(0, replicates.Count).Where(i => replicates[i].Length > 0)];
        int draws = scored.Length == 0 ? 0 : replicates[scored[0]].Length;
        List<int> winners = [];
        for (int r = 0; r < draws; r++)
        {
            double best = double.NegativeInfinity;
            foreach (int i in scored)
            {
                best = Math.Max(best, replicates[i][r]);
            }

            winners.Clear();
            foreach (int i in scored)
            {
                if (HighestPick.IsTie(best, replicates[i][r]))
                {
                    winners.Add(i);
                }
            }

            foreach (int winner in winners)
            {
                shares[winner] += 1.0 / winners.Count / draws;
            }
        }

        // A sum of 500 shares of 1/500 is a little more than 1.
        return [.. shares.Select(share => Math.Min(share, 1.0))];
    }
}
