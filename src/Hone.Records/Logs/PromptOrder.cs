using System.Globalization;

namespace Hone.Records.Logs;

/// <summary>The fixed order of a log's prompts: by value where all ids are whole numbers, else by code unit.</summary>
public static class PromptOrder
{
    /// <summary>Whether all ids are whole numbers of 64 bits.</summary>
    /// <param name="ids">The ids; none at all counts as yes.</param>
    public static bool AreNumbers(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.All(id => TryValue(id, out _));
    }

    /// <summary>The places of the ids in their order.</summary>
    /// <param name="ids">N ids, each once.</param>
    /// <param name="numbers">Whether they go by value; ids of one value, or without one, go by code unit among themselves.</param>
    /// <returns>(N) indices into the ids, in order.</returns>
    public static int[] Of(IReadOnlyList<string> ids, bool numbers)
    {
        ArgumentNullException.ThrowIfNull(ids);
        long[] values = new long[ids.Count];
        for (int i = 0; numbers && i < values.Length; i++)
        {
            TryValue(ids[i], out values[i]);
        }

        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(order, (a, b) => values[a] != values[b]
            ? values[a].CompareTo(values[b])
            : string.CompareOrdinal(ids[a], ids[b]));
        return order;
    }

    private static bool TryValue(string id, out long value) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
