using System.Numerics;

namespace Hone.Records.Pickles;

/// <summary>
/// One value of a pickle: None, a number, a string, bytes, a list, tuple, set or dict of such values, or a tensor. Small
/// (16 bytes), so that a number in a list costs no object of its own.
/// </summary>
public readonly struct PickleValue : IEquatable<PickleValue>
{
    private static readonly Scalar BoolTag = new(PickleKind.Bool);
    private static readonly Scalar IntegerTag = new(PickleKind.Whole);
    private static readonly Scalar RealTag = new(PickleKind.Real);

    // Null for None, a tag for a number held in the bits, else the value itself.
    private readonly object? _reference;
    private readonly long _bits;

    internal PickleValue(object? reference) => _reference = reference;

    private PickleValue(Scalar tag, long bits)
    {
        _reference = tag;
        _bits = bits;
    }

    /// <summary>What it is.</summary>
    public PickleKind Kind => _reference switch
    {
        null => PickleKind.None,
        Scalar tag => tag.Kind,
        string => PickleKind.Text,
        PickleList list => list.Kind,
        PickleDict => PickleKind.Dict,
        PickleTensor => PickleKind.Tensor,
        byte[] => PickleKind.Bytes,
        BigInteger => PickleKind.BigWhole,
        _ => throw new InvalidOperationException($"{_reference.GetType().Name} is no value."),
    };

    /// <summary>Whether it is None.</summary>
    public bool IsNone => _reference is null;

    /// <summary>The string, or null where it is none.</summary>
    public string? Text => _reference as string;

    /// <summary>The bytes, or null where it is neither bytes nor bytearray.</summary>
    public ReadOnlyMemory<byte>? Bytes => _reference is byte[] bytes ? bytes : null;

    /// <summary>The list, tuple or set, or null where it is none.</summary>
    public PickleList? List => _reference as PickleList;

    /// <summary>The dict, or null where it is none.</summary>
    public PickleDict? Dict => _reference as PickleDict;

    /// <summary>The tensor or NumPy array, or null where it is none.</summary>
    public PickleTensor? Tensor => _reference as PickleTensor;

    /// <summary>The kind in the words of an error message: "a list of 3".</summary>
    public string Description => _reference switch
    {
        null => "None",
        Scalar => Kind is PickleKind.Bool ? "a bool" : "a number",
        BigInteger => "a number of more than 64 bits",
        string => "text",
        byte[] => "bytes",
        PickleList list => $"a {list.Kind.ToString().ToLowerInvariant()} of {list.Count}",
        PickleDict => "a dict",
        PickleTensor tensor => $"a tensor of {tensor.Count} values",
        _ => $"'{_reference}'",
    };

    /// <summary>What stands behind a value that is no number; internal parts of a pickle included.</summary>
    internal object? Reference => _reference;

    internal bool IsInteger => ReferenceEquals(_reference, IntegerTag);

    internal bool IsReal => ReferenceEquals(_reference, RealTag);

    internal long IntegerBits => _bits;

    internal double RealBits => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Whether two values are the same number, or the same object.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static bool operator ==(PickleValue left, PickleValue right) => left.Equals(right);

    /// <summary>Whether two values are neither the same number nor the same object.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static bool operator !=(PickleValue left, PickleValue right) => !left.Equals(right);

    /// <summary>The bool.</summary>
    /// <param name="value">The bool; false where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryGetBool(out bool value)
    {
        value = _bits != 0;
        return ReferenceEquals(_reference, BoolTag);
    }

    /// <summary>The whole number, where it has 64 bits at most; a bool counts as 0 or 1.</summary>
    /// <param name="value">The number; 0 where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryGetInteger(out long value)
    {
        bool whole = IsInteger || ReferenceEquals(_reference, BoolTag);
        value = whole ? _bits : 0;
        return whole;
    }

    /// <summary>The number of any kind as a double: whole or not, a bool, or a tensor of one element.</summary>
    /// <param name="value">The number; NaN where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryGetNumber(out double value)
    {
        (bool found, value) = _reference switch
        {
            Scalar => (true, IsReal ? RealBits : _bits),
            BigInteger big => (true, (double)big),
            PickleTensor { Count: 1 } tensor => (true, tensor.ToDoubles()[0]),
            _ => (false, double.NaN),
        };
        return found;
    }

    /// <summary>The whole number of any size.</summary>
    /// <param name="value">The number; 0 where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryGetBigInteger(out BigInteger value)
    {
        value = _reference is BigInteger big ? big : TryGetInteger(out long small) ? small : BigInteger.Zero;
        return _reference is BigInteger || TryGetInteger(out _);
    }

    /// <inheritdoc />
    public bool Equals(PickleValue other) =>
        _bits == other._bits && (ReferenceEquals(_reference, other._reference) || Equals(_reference, other._reference));

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is PickleValue other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_reference, _bits);

    /// <inheritdoc />
    public override string ToString() => Description;

    internal static PickleValue From(bool value) => new(BoolTag, value ? 1 : 0);

    internal static PickleValue From(long value) => new(IntegerTag, value);

    internal static PickleValue From(double value) => new(RealTag, BitConverter.DoubleToInt64Bits(value));

    internal static PickleValue From(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? From((long)value) : new PickleValue(value);

    private sealed class Scalar(PickleKind kind)
    {
        internal PickleKind Kind => kind;
    }
}
