using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Hone.Records.DataSets;

namespace Hone.Serving.Rewards;

/// <summary>
/// Finds the row of a data set that a prompt was made of. A trainer sends the prompt as the model saw it, inside a chat template; the
/// row is the one whose text stands in it, the longest if several do.
/// </summary>
internal sealed class PromptIndex
{
    private const int MostRemembered = 1 << 17;
    private readonly Dictionary<string, DataRow> _exact = [];
    private readonly DataRow[] _longestFirst;
    private readonly ConcurrentDictionary<string, DataRow?> _found = new();

    internal PromptIndex(DataSet set)
    {
        _longestFirst = [.. set.Rows.OrderByDescending(row => Text(row).Length)];
        foreach (DataRow row in set.Rows)
        {
            _exact.TryAdd(Text(row), row);
        }
    }

    /// <summary>The row of a prompt; null where the set has none.</summary>
    internal DataRow? Find(string prompt)
    {
        if (_exact.TryGetValue(prompt.Trim(), out DataRow? row) || _found.TryGetValue(prompt, out row))
        {
            return row;
        }

        row = Array.Find(_longestFirst, candidate => prompt.Contains(Text(candidate), StringComparison.Ordinal));

        // All samples of a prompt and all epochs ask the same; a stream of new prompts must not fill the memory.
        if (_found.Count < MostRemembered)
        {
            _found.TryAdd(prompt, row);
        }

        return row;
    }

    /// <summary>An id for a prompt that no data set names: the start of the SHA-256 of its text.</summary>
    internal static string HashOf(string prompt) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)))[..16];

    // Chat templates trim a message's text.
    private static string Text(DataRow row) => row.Prompt.Trim();
}
