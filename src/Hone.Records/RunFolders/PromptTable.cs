using System.Globalization;
using System.Text.Json;

namespace Hone.Records.RunFolders;

/// <summary>Gives each prompt id a number. An id that was seen before costs no allocation.</summary>
internal sealed class PromptTable
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _ids = [];
    private char[] _buffer = new char[256];

    internal int Number(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > _buffer.Length)
        {
            _buffer = new char[2 * reader.ValueSpan.Length];
        }

        int length = reader.TokenType == JsonTokenType.String
            ? reader.CopyString(_buffer)
            : System.Text.Encoding.UTF8.GetChars(reader.ValueSpan, _buffer);
        ReadOnlySpan<char> id = _buffer.AsSpan(0, length);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup =
            _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(id, out int number))
        {
            number = _ids.Count;
            lookup[id] = number;
            _ids.Add(id.ToString());
        }

        return number;
    }

    /// <summary>The ids in fixed order (by value where all are whole numbers, else by code unit), and each number's
    /// place.</summary>
    internal (string[] Ids, int[] Places) InOrder()
    {
        long[] values = new long[_ids.Count];
        bool numeric = true;
        for (int i = 0; i < values.Length && numeric; i++)
        {
            numeric = long.TryParse(
                _ids[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out values[i]);
        }

        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(order, (a, b) => numeric && values[a] != values[b]
            ? values[a].CompareTo(values[b])
            : string.CompareOrdinal(_ids[a], _ids[b]));
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return ([.. order.Select(number => _ids[number])], places);
    }
}
