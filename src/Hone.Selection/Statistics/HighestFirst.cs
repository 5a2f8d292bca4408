namespace Hone.Selection;

/// <summary>A fast sort that leaves equal keys in their first order.</summary>
internal static class HighestFirst
{
    /// <summary>Sorts negated scores ascending, in place; equal keys stay in index order.</summary>
    /// <param name="negated">Negated scores, none NaN; sorted on return.</param>
    /// <returns>The index that each sorted key had.</returns>
    public static int[] Sort(double[] negated)
    {
        int[] order = new int[negated.Length];
        Sort(negated, order);
        return order;
    }

    /// <summary>As above, into a caller's array of the same length.</summary>
    public static void Sort(Span<double> negated, Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        // The library's keyed sort is quick but not stable; sorting the items of each run of equal keys makes it so.
        negated.Sort(order);
        int start = 0;
        for (int i = 1; i <= negated.Length; i++)
        {
            if (i == negated.Length || negated[i] != negated[start])
            {
                if (i - start > 1)
                {
                    order[start..i].Sort();
                }

                start = i;
            }
        }
    }
}
