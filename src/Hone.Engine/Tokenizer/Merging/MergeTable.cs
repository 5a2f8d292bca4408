using Hone.Engine.Files;

namespace Hone.Engine.Tokenization.Merging;

/// <summary>Which pairs of tokens merge, in which order of preference, into what.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<long, Merge> _merges;

    private MergeTable(Dictionary<long, Merge> merges)
    {
        _merges = merges;
    }

    /// <summary>A merge: the lower the rank, the earlier it happens.</summary>
    internal readonly record struct Merge(int Rank, int Id);

    internal bool TryGet(int left, int right, out Merge merge)
    {
        return _merges.TryGetValue(Key(left, right), out merge);
    }

    /// <summary>Reads the `merges` list: `"a b"` strings, or `["a", "b"]` in newer files.</summary>
    internal static MergeTable Read(JsonField field, Dictionary<string, int> ids)
    {
        var merges = new Dictionary<long, Merge>(field.Count);
        int rank = 0;
        foreach (JsonField entry in field.Items())
        {
            (string left, string right) = ReadPair(entry);
            long key = Key(IdOf(entry, left, ids), IdOf(entry, right, ids));
            merges[key] = new Merge(rank++, IdOf(entry, left + right, ids));
        }
        return new MergeTable(merges);
    }

    private static (string Left, string Right) ReadPair(JsonField entry)
    {
        string[] parts = entry.IsArray ? [.. entry.Items().Select(part => part.Text())] : entry.Text().Split(' ');
        return parts.Length == 2
            ? (parts[0], parts[1])
            : throw entry.Error($"has {parts.Length} parts", "two tokens: \"a b\" or [\"a\", \"b\"]");
    }

    private static int IdOf(JsonField entry, string token, Dictionary<string, int> ids)
    {
        return ids.TryGetValue(token, out int id)
            ? id
            : throw entry.Error(
                $"names {BadFile.Quote(token)}", "a token of model.vocab",
                "vocabulary and merges must belong together");
    }

    /// <summary>
    /// One number per pair. A long hashes to the exclusive or of its halves, which is zero for every doubled token; an
    /// odd factor keeps the numbers apart and spreads them (Fibonacci hashing, Knuth, volume 3, 6.4).
    /// </summary>
    private static long Key(int left, int right)
    {
        return unchecked((((long)left << 32) | (uint)right) * (long)0x9E3779B97F4A7C15);
    }
}
