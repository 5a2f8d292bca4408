using System.Numerics;

namespace Hone.Records.Parquet.DuckDb;

/// <summary>The values of one column in the chunk at hand, in DuckDB's memory: gone when the next chunk comes.</summary>
internal sealed unsafe class VectorReader
{
    private readonly void* _data;
    private readonly ulong* _validity;
    private readonly ulong _elements;

    internal VectorReader(nint vector, ColumnType type)
    {
        Type = type;
        _data = NativeMethods.VectorData(vector);
        _validity = NativeMethods.VectorValidity(vector);
        switch (type.Id)
        {
            case TypeId.List:
                _elements = NativeMethods.ListSize(vector);
                Inner = [new VectorReader(NativeMethods.ListChild(vector), type.Inner[0])];
                break;
            case TypeId.Map:
                // A list of structs of key and value.
                _elements = NativeMethods.ListSize(vector);
                nint pairs = NativeMethods.ListChild(vector);
                Inner = Fields(pairs, type);
                break;
            case TypeId.Struct:
                Inner = Fields(vector, type);
                break;
            case TypeId.Array:
                Inner = [new VectorReader(NativeMethods.ArrayChild(vector), type.Inner[0])];
                break;
            default:
                break;
        }
    }

    internal ColumnType Type { get; }

    /// <summary>As <see cref="ColumnType.Inner"/>.</summary>
    internal VectorReader[] Inner { get; } = [];

    /// <summary>Whether the row has no value.</summary>
    internal bool IsNull(int row) => _validity is not null && (_validity[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>The value as it lies in memory.</summary>
    internal T Value<T>(int row)
        where T : unmanaged => ((T*)_data)[row];

    /// <summary>The bytes of a text or blob (duckdb_string_t: length, then up to 12 bytes, or 4 of them and a pointer).</summary>
    internal ReadOnlySpan<byte> Bytes(int row)
    {
        byte* text = (byte*)_data + (16L * row);
        int length = checked((int)*(uint*)text);
        return new ReadOnlySpan<byte>(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }

    /// <summary>Where the elements of a row lie in the inner vectors: of a list, map or array.</summary>
    internal (int Start, int End) Range(int row)
    {
        if (Type.Id == TypeId.Array)
        {
            return (checked(row * Type.Size), checked((row + 1) * Type.Size));
        }

        ulong start = ((ulong*)_data)[2 * row], length = ((ulong*)_data)[(2 * row) + 1];
        return start <= _elements && length <= _elements - start && _elements <= int.MaxValue
            ? ((int)start, (int)(start + length))
            : throw new DuckDbException("a list reaches past its elements");
    }

    /// <summary>A whole number of any width up to 128 bits, decimals unscaled.</summary>
    internal BigInteger Integer(int row) => (Type.Id == TypeId.Decimal ? Type.Storage : Type.Id) switch
    {
        TypeId.TinyInt => Value<sbyte>(row),
        TypeId.SmallInt => Value<short>(row),
        TypeId.Integer => Value<int>(row),
        TypeId.BigInt => Value<long>(row),
        TypeId.UTinyInt => Value<byte>(row),
        TypeId.USmallInt => Value<ushort>(row),
        TypeId.UInteger => Value<uint>(row),
        TypeId.UBigInt => Value<ulong>(row),
        TypeId.HugeInt => Value<Int128>(row),
        TypeId.UHugeInt => Value<UInt128>(row),
        _ => throw new DuckDbException($"{Type.Id} is no whole number"),
    };

    private static VectorReader[] Fields(nint vector, ColumnType type) =>
        [.. type.Inner.Select((inner, i) => new VectorReader(NativeMethods.StructChild(vector, (ulong)i), inner))];
}
