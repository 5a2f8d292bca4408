using System.Runtime.CompilerServices;

namespace Hone.Records.Pickles;

/// <summary>The values in the making, and the marks among them. Nothing below the last mark can be taken.</summary>
internal sealed class PickleStack(PickleBudget budget)
{
    private PickleValue[]? _values;
    private int[]? _marks;
    private int _count;
    private int _markCount;
    private int _floor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Push(PickleValue value)
    {
        if (_values is null || _count == _values.Length)
        {
            PickleBudget.Grow(ref _values, _count, _count + 1, budget);
        }

        _values[_count++] = value;
    }

    internal PickleValue Pop()
    {
        Require(1);
        return _values![--_count];
    }

    /// <summary>The value on top, which stays.</summary>
    internal PickleValue Peek()
    {
        Require(1);
        return _values![_count - 1];
    }

    /// <summary>The last values, in their order; they are taken, and valid until the next push.</summary>
    internal ReadOnlySpan<PickleValue> Pop(int count)
    {
        Require(count);
        _count -= count;
        return _values.AsSpan(_count, count);
    }

    internal void Mark()
    {
        PickleBudget.Grow(ref _marks, _markCount, _markCount + 1, budget);
        _marks[_markCount++] = _count;
        _floor = _count;
    }

    /// <summary>Everything above the last mark, taken together with the mark; valid until the next push.</summary>
    internal ReadOnlySpan<PickleValue> PopMark()
    {
        if (_markCount == 0)
        {
            throw PickleException.Damaged("ends a list that it did not begin");
        }

        int mark = _marks![--_markCount];
        ReadOnlySpan<PickleValue> values = _values.AsSpan(mark, _count - mark);
        _count = mark;
        _floor = _markCount == 0 ? 0 : _marks[_markCount - 1];
        return values;
    }

    /// <summary>POP: the value on top, or else the mark.</summary>
    internal void Drop()
    {
        if (_count == _floor && _markCount > 0)
        {
            PopMark();
        }
        else
        {
            Pop();
        }
    }

    private void Require(int count)
    {
        if (_count - _floor < count)
        {
            throw PickleException.Damaged("takes a value where there is none");
        }
    }
}
