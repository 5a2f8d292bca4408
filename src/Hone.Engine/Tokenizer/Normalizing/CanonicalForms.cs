using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>
/// Canonical composition after Unicode Standard Annex 15, from tables of its own: the same on every machine, in time
/// that stays n log n for any number of marks, and without the platform's library, which programs may switch off.
/// </summary>
internal static class CanonicalForms
{
    /// <summary>Below it nothing changes and nothing joins what stands before it.</summary>
    internal const char FirstOfInterest = '\u0300';

    private const int Syllables = 0xAC00;
    private const int Leads = 0x1100;
    private const int Vowels = 0x1161;
    private const int Trails = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int First, int Second), int> Composites = [];
    private static readonly Dictionary<int, int> Orders = [];
    private static readonly HashSet<int> Joining = [];
    private static readonly HashSet<int> Unstable = [];

    static CanonicalForms()
    {
        ReadOrders();
        ReadDecompositions();
        Joining.UnionWith(Orders.Keys);
        Joining.UnionWith(Composites.Keys.Select(pair => pair.Second));
        Joining.UnionWith(Enumerable.Range(Vowels, VowelCount));
        Joining.UnionWith(Enumerable.Range(Trails + 1, TrailCount - 1));
        Joining.UnionWith(Parts.Where(pair => Joining.Contains(pair.Value[0])).Select(pair => pair.Key).ToArray());
    }

    /// <summary>Whether what stands before this code point can change with it: marks, and second halves.</summary>
    internal static bool Joins(int point)
    {
        return point >= FirstOfInterest && Joining.Contains(point);
    }

    /// <summary>Whether this code point never stays as it is.</summary>
    internal static bool FallsApart(int point)
    {
        return point >= FirstOfInterest && Unstable.Contains(point);
    }

    /// <summary>The composed form of text without half surrogate pairs.</summary>
    internal static string Compose(ReadOnlySpan<char> text)
    {
        var points = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            AddParts(rune.Value, points);
        }
        int[] array = [.. points];
        int[] orders = [.. points.Select(point => Orders.GetValueOrDefault(point))];
        SortMarks(array, orders);
        int count = ComposeInPlace(array, orders);
        var composed = new StringBuilder(count);
        foreach (int point in array.AsSpan(0, count))
        {
            composed.Append(new Rune(point));
        }
        return composed.ToString();
    }

    private static void AddParts(int point, List<int> points)
    {
        int syllable = point - Syllables;
        if ((uint)syllable < SyllableCount)
        {
            points.Add(Leads + (syllable / (VowelCount * TrailCount)));
            points.Add(Vowels + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount > 0)
            {
                points.Add(Trails + (syllable % TrailCount));
            }
        }
        else if (Parts.TryGetValue(point, out int[]? parts))
        {
            points.AddRange(parts);
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Sorts every run of marks by class, marks of one class in their order.</summary>
    private static void SortMarks(int[] points, int[] orders)
    {
        for (int start = 0, end; start < points.Length; start = end)
        {
            end = start + 1;
            if (orders[start] == 0)
            {
                continue;
            }
            bool sorted = true;
            for (; end < points.Length && orders[end] > 0; end++)
            {
                sorted &= orders[end - 1] <= orders[end];
            }
            if (!sorted)
            {
                // The place below the class keeps equal classes in order, as the sort itself would not.
                long[] keys = [.. Enumerable.Range(start, end - start).Select(i => ((long)orders[i] << 32) | (uint)i)];
                int[] marks = points[start..end];
                Array.Sort(keys, marks);
                marks.CopyTo(points, start);
                for (int i = start; i < end; i++)
                {
                    orders[i] = (int)(keys[i - start] >> 32);
                }
            }
        }
    }

    /// <summary>Joins each starter with what follows it unhindered; returns how many code points remain.</summary>
    private static int ComposeInPlace(int[] points, int[] orders)
    {
        int count = 0;
        int starter = -1;
        // Class of the last mark kept behind the starter; marks of the same or a higher class hinder.
        int previous = -1;
        for (int i = 0; i < points.Length; i++)
        {
            if (starter >= 0 && previous < orders[i] && Join(points[starter], points[i]) is int joined)
            {
                points[starter] = joined;
                continue;
            }
            if (orders[i] == 0)
            {
                (starter, previous) = (count, -1);
            }
            else
            {
                previous = orders[i];
            }
            points[count++] = points[i];
        }
        return count;
    }

    private static int? Join(int first, int second)
    {
        int lead = first - Leads, vowel = second - Vowels;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            return Syllables + (((lead * VowelCount) + vowel) * TrailCount);
        }
        int syllable = first - Syllables, trail = second - Trails;
        if ((uint)syllable < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            return first + trail;
        }
        return Composites.TryGetValue((first, second), out int joined) ? joined : null;
    }

    private static void ReadOrders()
    {
        foreach (string entry in Entries(CanonicalTables.Orders))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            int[] range = Points(entry[..equals], '-');
            int order = int.Parse(entry.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture);
            for (int point = range[0]; point <= range[^1]; point++)
            {
                Orders.Add(point, order);
            }
        }
    }

    private static void ReadDecompositions()
    {
        foreach (string entry in Entries(CanonicalTables.Decompositions))
        {
            int mark = entry.AsSpan().IndexOfAny(':', '!');
            int whole = Points(entry[..mark], '.')[0];
            int[] parts = Points(entry[(mark + 1)..], '.');
            Parts.Add(whole, parts);
            if (entry[mark] == '!')
            {
                Unstable.Add(whole);
            }
            else
            {
                Composites.Add((parts[0], parts[1]), whole);
            }
        }
        // Pairs are written as their last step; here they fall apart at once.
        foreach (((int first, int second), int whole) in Composites)
        {
            List<int> parts = [first, second];
            while (Parts.TryGetValue(parts[0], out int[]? further))
            {
                parts.RemoveAt(0);
                parts.InsertRange(0, further);
            }
            Parts[whole] = [.. parts];
        }
    }

    private static string[] Entries(string table)
    {
        return table.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static int[] Points(string text, char separator)
    {
        return [.. text.Split(separator).Select(
            point => int.Parse(point, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
    }
}
