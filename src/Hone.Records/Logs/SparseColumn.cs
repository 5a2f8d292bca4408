using System.Runtime.InteropServices;

namespace Hone.Records.Logs;

/// <summary>A column that takes no memory until a row has a value.</summary>
/// <param name="missing">What stands for a row without one.</param>
internal sealed class SparseColumn<T>(T missing)
{
    private List<T>? _values;

    /// <summary>Whether any row has a value.</summary>
    internal bool HasAny => _values is not null;

    /// <summary>A value for every row; empty where no row has one.</summary>
    internal Span<T> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>A row's value.</summary>
    internal T this[int row] => _values is null ? missing : _values[row];

    /// <summary>Takes the value of a row, the next one or a known one.</summary>
    internal void Set(int row, T value, bool isGiven)
    {
        if (isGiven && _values is null)
        {
            _values = [];
            CollectionsMarshal.SetCount(_values, row);
            CollectionsMarshal.AsSpan(_values).Fill(missing);
        }

        if (_values is null)
        {
            return;
        }

        if (row == _values.Count)
        {
            _values.Add(missing);
        }

        _values[row] = isGiven ? value : missing;
    }

    /// <summary>Copies a row's value over another's.</summary>
    internal void Move(int from, int to)
    {
        if (_values is not null)
        {
            _values[to] = _values[from];
        }
    }

    /// <summary>Leaves the first rows alone.</summary>
    internal void Cut(int count)
    {
        if (_values is not null)
        {
            CollectionsMarshal.SetCount(_values, count);
        }
    }
}
