namespace Hone.Records.Pickles;

/// <summary>A dict: entries in the file's order, found by text keys. Of equal keys the last counts.</summary>
public sealed class PickleDict : PickleContainer
{
    // Below this a search through the keys is as fast as a table, and most dicts of a log are smaller.
    private const int FewKeys = 40;

    // Key, value, key, value.
    private PickleValue[]? _entries;
    private int _used;
    private Dictionary<string, int>? _places;

    internal PickleDict()
    {
    }

    /// <summary>Number of entries.</summary>
    public int Count => _used / 2;

    /// <summary>The text keys, in the file's order.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                if (Key(i).Text is string name)
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>Whether it stands for an object with fields, which come as its state.</summary>
    internal bool IsRecord { get; init; }

    internal override int ChildCount => _used;

    /// <summary>The key of an entry: text, a number, None or a tuple.</summary>
    /// <param name="index">The entry, from 0.</param>
    public PickleValue Key(int index) => Entry(2 * index);

    /// <summary>The value of an entry.</summary>
    /// <param name="index">The entry, from 0.</param>
    public PickleValue Value(int index) => Entry((2 * index) + 1);

    /// <summary>Finds an entry by its text key.</summary>
    /// <param name="name">The key.</param>
    /// <param name="value">The value; None where there is no such entry.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, out PickleValue value)
    {
        int place = Place(name);
        value = place < 0 ? default : Value(place);
        return place >= 0;
    }

    internal override PickleValue Child(int index) => _entries![index];

    internal void Add(ReadOnlySpan<PickleValue> keysAndValues, PickleBudget budget)
    {
        int used = checked(_used + keysAndValues.Length);
        PickleBudget.Grow(ref _entries, _used, used, budget);
        keysAndValues.CopyTo(_entries.AsSpan(_used));
        _used = used;
        _places = null;
    }

    private PickleValue Entry(int index) =>
        (uint)index < (uint)_used ? _entries![index] : throw new ArgumentOutOfRangeException(nameof(index));

    private int Place(string name)
    {
        if (Count > FewKeys)
        {
            return (_places ??= Table()).GetValueOrDefault(name, -1);
        }

        int place = Count - 1;
        while (place >= 0 && !string.Equals(Key(place).Text, name, StringComparison.Ordinal))
        {
            place--;
        }

        return place;
    }

    private Dictionary<string, int> Table()
    {
        var places = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            if (Key(i).Text is string name)
            {
                places[name] = i;
            }
        }

        return places;
    }
}
