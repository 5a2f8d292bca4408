namespace Hone.Records.Pickles;

/// <summary>
/// A list, tuple or set. One of whole numbers alone, or of floating-point numbers alone, is held as an array of them.
/// </summary>
public sealed class PickleList : PickleContainer
{
    // long[], double[] or PickleValue[], longer than the list; null while it is empty.
    private Array? _values;

    internal PickleList(PickleKind kind) => Kind = kind;

    /// <summary>List, Tuple or Set.</summary>
    public PickleKind Kind { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    internal override int ChildCount => _values is long[] or double[] or null ? 0 : Count;

    /// <summary>One value.</summary>
    /// <param name="index">Its place, from 0.</param>
    public PickleValue this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _values switch
            {
                long[] integers => PickleValue.From(integers[index]),
                double[] reals => PickleValue.From(reals[index]),
                _ => ((PickleValue[])_values!)[index],
            };
        }
    }

    /// <summary>The values, where all are whole numbers of up to 64 bits.</summary>
    /// <param name="values">The numbers; empty for an empty list.</param>
    /// <returns>Whether all are.</returns>
    public bool TryGetIntegers(out ReadOnlySpan<long> values)
    {
        values = _values is long[] integers ? integers.AsSpan(0, Count) : default;
        return _values is long[] || Count == 0;
    }

    /// <summary>The values, where all are floating-point numbers.</summary>
    /// <param name="values">The numbers; empty for an empty list.</param>
    /// <returns>Whether all are.</returns>
    public bool TryGetReals(out ReadOnlySpan<double> values)
    {
        values = _values is double[] reals ? reals.AsSpan(0, Count) : default;
        return _values is double[] || Count == 0;
    }

    internal static PickleList Of(PickleKind kind, ReadOnlySpan<PickleValue> values, PickleBudget budget)
    {
        budget.Charge(PickleBudget.Container);
        var list = new PickleList(kind);
        list.Add(values, budget);
        return list;
    }

    internal override PickleValue Child(int index) => ((PickleValue[])_values!)[index];

    internal void Add(ReadOnlySpan<PickleValue> values, PickleBudget budget)
    {
        if (values.IsEmpty)
        {
            return;
        }

        bool integers = _values is long[] or null && AllIntegers(values);
        bool reals = !integers && _values is double[] or null && AllReals(values);
        int count = checked(Count + values.Length);
        if (integers)
        {
            long[] array = Room<long>(count, budget);
            for (int i = 0; i < values.Length; i++)
            {
                array[Count + i] = values[i].IntegerBits;
            }
        }
        else if (reals)
        {
            double[] array = Room<double>(count, budget);
            for (int i = 0; i < values.Length; i++)
            {
                array[Count + i] = values[i].RealBits;
            }
        }
        else
        {
            Mix(budget);
            values.CopyTo(Room<PickleValue>(count, budget).AsSpan(Count));
        }

        Count = count;
    }

    private static bool AllIntegers(ReadOnlySpan<PickleValue> values)
    {
        foreach (ref readonly PickleValue value in values)
        {
            if (!value.IsInteger)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllReals(ReadOnlySpan<PickleValue> values)
    {
        foreach (ref readonly PickleValue value in values)
        {
            if (!value.IsReal)
            {
                return false;
            }
        }

        return true;
    }

    // Numbers alone until now, and something else comes.
    private void Mix(PickleBudget budget)
    {
        if (_values is null or PickleValue[])
        {
            return;
        }

        budget.Charge((long)Count * PickleBudget.Slot);
        var mixed = new PickleValue[Count];
        for (int i = 0; i < Count; i++)
        {
            mixed[i] = this[i];
        }

        _values = mixed;
    }

    private T[] Room<T>(int count, PickleBudget budget)
    {
        var array = (T[]?)_values;
        PickleBudget.Grow(ref array, Count, count, budget);
        _values = array;
        return array;
    }
}
