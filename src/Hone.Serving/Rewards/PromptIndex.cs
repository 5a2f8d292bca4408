using System.Buffers.Binary;
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
    private readonly (string Text, DataRow Row)[] _longestFirst;
    private readonly ConcurrentDictionary<UInt128, DataRow?> _found = new();

    internal PromptIndex(DataSet set)
    {
        // Every prompt has the empty text in it.
        _longestFirst = [.. set.Rows.Select(row => (Text: Text(row), Row: row)).Where(item => item.Text.Length > 0)
            .OrderByDescending(item => item.Text.Length)];
        foreach ((string text, DataRow row) in _longestFirst)
        {
            _exact.TryAdd(text, row);
        }
    }

    /// <summary>The row of a prompt; null where the set has none.</summary>
    internal DataRow? Find(string prompt)
    {
        if (_exact.TryGetValue(prompt.Trim(), out DataRow? row))
        {
            return row;
        }

        UInt128 key = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)));
        if (_found.TryGetValue(key, out row))
        {
            return row;
        }

        row = Array.Find(_longestFirst, item => prompt.Contains(item.Text, StringComparison.Ordinal)).Row;

        // All samples of a prompt and all epochs ask the same; a stream of new prompts must not fill the memory.
        if (_found.Count < MostRemembered)
        {
            _found.TryAdd(key, row);
        }

        return row;
    }

    /// <summary>An id for a prompt that no data set names: the start of the SHA-256 of its text.</summary>
    internal static string HashOf(string prompt) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)))[..16];

    // Chat templates trim a message's text.
    private static string Text(DataRow row) => row.Prompt.Trim();
}
