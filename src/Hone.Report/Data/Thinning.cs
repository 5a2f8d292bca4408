namespace Hone.Report;

/// <summary>Fewer of many, evenly spaced.</summary>
internal static class Thinning
{
    /// <summary>Places in [0, count), ascending, the first and the last among them.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="limit">How many to keep, at least 2.</param>
    /// <param name="kept">One to keep in any case; -1 for none.</param>
    public static IReadOnlyList<int> Places(int count, int limit, int kept = -1)
    {
        if (count <= limit)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var places = new SortedSet<int>(Enumerable.Range(0, limit).Select(i => (int)((long)i * (count - 1) / (limit - 1))));
        if (kept >= 0)
        {
            places.Add(kept);
        }

        return [.. places];
    }
}
