namespace Hone.Records;

/// <summary>Finds the valid name that an unknown one was meant to be.</summary>
public static class NearestName
{
    /// <summary>The name with the fewest changed, added or missing letters, or null where none is near.</summary>
    /// <param name="unknown">What was written.</param>
    /// <param name="names">The valid names; the first of equally near ones is taken.</param>
    public static string? Of(string unknown, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(unknown);
        ArgumentNullException.ThrowIfNull(names);
        string? nearest = null;
        int least = Math.Max(2, unknown.Length / 2) + 1;
        foreach (string name in names)
        {
            int distance = Distance(unknown, name);
            if (distance < least)
            {
                least = distance;
                nearest = name;
            }
        }

        return nearest;
    }

    // Levenshtein's edit distance, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int above = row[j + 1];
                row[j + 1] = Math.Min(Math.Min(above, row[j]) + 1, diagonal + (a[i] == b[j] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
