namespace Hone.Records.Pickles;

/// <summary>A torch tensor or a NumPy array of numbers: a view of bytes, as the file holds it.</summary>
public sealed class PickleTensor
{
    /// <summary>No more dimensions than NumPy allows.</summary>
    private const int MostDimensions = 64;

    private byte[] _bytes = [];
    private long[] _shape = [0];
    private long[] _strides = [1];
    private long _offset;

    /// <summary>An empty array whose contents come later, as NumPy's pickles have it.</summary>
    internal PickleTensor() => IsBlank = true;

    private PickleTensor(TensorType type, byte[] bytes, long offset, long[] shape, long[] strides, int count)
    {
        Type = type;
        Count = count;
        _bytes = bytes;
        _offset = offset;
        _shape = shape;
        _strides = strides;
    }

    /// <summary>Type of its values.</summary>
    public TensorType Type { get; private set; }

    /// <summary>Length of each dimension; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    internal bool IsBlank { get; private set; }

    /// <summary>The values in row-major order, rounded to double where they are whole numbers above 2^53.</summary>
    /// <returns><see cref="Count"/> numbers.</returns>
    public double[] ToDoubles()
    {
        double[] values = new double[Count];
        int size = Type.Size();
        int place = 0;
        foreach (long element in Elements())
        {
            values[place++] = Type.Real(_bytes.AsSpan((int)(element * size), size));
        }

        return values;
    }

    /// <summary>The values in row-major order; a bool is 0 or 1.</summary>
    /// <returns><see cref="Count"/> numbers.</returns>
    /// <exception cref="InvalidOperationException">The type is a floating-point one.</exception>
    /// <exception cref="OverflowException">An unsigned value exceeds 2^63 - 1.</exception>
    public long[] ToIntegers()
    {
        long[] values = new long[Count];
        int size = Type.Size();
        int place = 0;
        foreach (long element in Elements())
        {
            values[place++] = Type.Integer(_bytes.AsSpan((int)(element * size), size));
        }

        return values;
    }

    /// <summary>A view of elements of a storage; checked so that no value lies outside.</summary>
    /// <param name="type">Type of the elements.</param>
    /// <param name="bytes">The storage.</param>
    /// <param name="offset">First element.</param>
    /// <param name="shape">Length of each dimension.</param>
    /// <param name="strides">Elements from one index to the next, for each dimension.</param>
    /// <param name="budget">What the values will take is counted at once, whether or not they are asked for.</param>
    internal static PickleTensor View(
        TensorType type, byte[] bytes, long offset, long[] shape, long[] strides, PickleBudget budget)
    {
        if (shape.Length > MostDimensions || shape.Length != strides.Length)
        {
            throw PickleException.Damaged($"has a tensor of {shape.Length} dimensions with {strides.Length} strides, "
                + $"expected equal numbers of {MostDimensions} at most");
        }

        string Itself() => $"has a tensor of {type}, of shape ({string.Join(", ", shape)}), strides "
            + $"({string.Join(", ", strides)}) and offset {offset}";
        long held = bytes.Length / type.Size();
        if (offset < 0 || shape.Any(length => length < 0) || strides.Any(stride => stride < 0))
        {
            throw PickleException.Damaged($"{Itself()}, expected none of them negative");
        }

        try
        {
            long count = 1;
            long last = offset;
            foreach ((long length, long stride) in shape.Zip(strides))
            {
                count = checked(count * length);
                last = checked(last + ((length - 1) * stride));
            }

            if (count > 0 && last >= held)
            {
                throw PickleException.Damaged($"{Itself()}, which reaches element {last} of a storage of {held}");
            }

            budget.Charge(checked(PickleBudget.Container + (16L * shape.Length) + (sizeof(long) * count)));
            return new PickleTensor(type, bytes, offset, shape, strides, checked((int)count));
        }
        catch (OverflowException)
        {
            throw PickleException.Damaged($"{Itself()}, which has too many elements");
        }
    }

    /// <summary>Fills a blank one.</summary>
    internal void Become(PickleTensor other)
    {
        (Type, Count, _bytes, _offset) = (other.Type, other.Count, other._bytes, other._offset);
        (_shape, _strides, IsBlank) = (other._shape, other._strides, false);
    }

    // The elements' places in row-major order: the last index moves first.
    private IEnumerable<long> Elements()
    {
        long[] index = new long[_shape.Length];
        long element = _offset;
        for (int i = 0; i < Count; i++)
        {
            yield return element;
            for (int dimension = index.Length - 1; dimension >= 0; dimension--)
            {
                element += _strides[dimension];
                if (++index[dimension] < _shape[dimension])
                {
                    break;
                }

                element -= index[dimension] * _strides[dimension];
                index[dimension] = 0;
            }
        }
    }
}
