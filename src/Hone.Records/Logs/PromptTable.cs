using System.Globalization;

namespace Hone.Records.Logs;

/// <summary>Numbers the prompts of a log in the order in which they first appear, and knows the ids of those that have one.</summary>
internal sealed class PromptTable
{
    private readonly Dictionary<UInt128, int> _numbers = [];
    private readonly Dictionary<UInt128, string> _ids = [];
    private readonly List<UInt128> _keys = [];
    private UInt128 _lastKey;
    private int _last;

    internal int Count => _keys.Count;

    /// <summary>Learns the id behind a key.</summary>
    internal void Name(UInt128 key, string id) => _ids.TryAdd(key, id);

    internal int Number(UInt128 key)
    {
        // The rows of a group mostly follow each other.
        if (key == _lastKey)
        {
            return _last;
        }

        if (!_numbers.TryGetValue(key, out int number))
        {
            number = _keys.Count;
            _numbers.Add(key, number);
            _keys.Add(key);
        }

        (_lastKey, _last) = (key, number);
        return number;
    }

    /// <summary>
    /// The ids in fixed order (<see cref="PromptOrder"/>) and each number's place in it. Prompts that
    /// are known by their text alone stay in the order of the log, and are called by their place in it.
    /// </summary>
    internal (string[] Ids, int[] Places) InOrder()
    {
        string[] ids = new string[_keys.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _ids.TryGetValue(_keys[i], out string? id) ? id : i.ToString(CultureInfo.InvariantCulture);
        }

        int[] order = _ids.Count > 0 ? PromptOrder.Of(ids, PromptOrder.AreNumbers(ids)) : [.. Enumerable.Range(0, ids.Length)];
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return ([.. order.Select(number => ids[number])], places);
    }
}
