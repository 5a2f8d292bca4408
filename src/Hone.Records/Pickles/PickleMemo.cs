namespace Hone.Records.Pickles;

/// <summary>Values that the pickle numbers to mention them again.</summary>
internal sealed class PickleMemo(PickleBudget budget)
{
    // Bytes of an entry of a dictionary, roughly.
    private const int Entry = 48;

    // Python numbers from 0 on. Any other number goes into the dictionary.
    private readonly Dictionary<long, PickleValue> _others = [];
    private PickleValue[]? _values;
    private int _count;

    /// <summary>MEMOIZE: the next number.</summary>
    internal void Add(PickleValue value) => Put(_count + _others.Count, value);

    internal void Put(long number, PickleValue value)
    {
        if (number == _count && !_others.ContainsKey(number))
        {
            PickleBudget.Grow(ref _values, _count, _count + 1, budget);
            _values[_count++] = value;
        }
        else if (number >= 0 && number < _count)
        {
            _values![number] = value;
        }
        else
        {
            budget.Charge(Entry);
            _others[number] = value;
        }
    }

    internal PickleValue Get(long number)
    {
        if (number >= 0 && number < _count)
        {
            return _values![number];
        }

        return _others.TryGetValue(number, out PickleValue value)
            ? value
            : throw PickleException.Damaged($"mentions value {number} again, which it did not give");
    }
}
