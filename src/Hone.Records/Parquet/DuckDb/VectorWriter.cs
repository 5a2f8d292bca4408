using System.Text;

namespace Hone.Records.Parquet.DuckDb;

/// <summary>Puts values into a column of a chunk that is to be written.</summary>
internal readonly unsafe struct VectorWriter
{
    private readonly nint _vector;
    private readonly void* _data;

    internal VectorWriter(nint vector)
    {
        _vector = vector;
        _data = NativeMethods.VectorData(vector);
    }

    internal void Set<T>(int row, T? value)
        where T : unmanaged
    {
        if (value is T given)
        {
            ((T*)_data)[row] = given;
        }
        else
        {
            SetNull(row);
        }
    }

    internal void Set(int row, string? text)
    {
        if (text is null)
        {
            SetNull(row);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            byte none;
            NativeMethods.AssignText(_vector, (ulong)row, bytes.Length > 0 ? first : &none, (ulong)bytes.Length);
        }
    }

    internal void SetNull(int row)
    {
        NativeMethods.MakeValidityWritable(_vector);
        NativeMethods.VectorValidity(_vector)[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Says which elements of the inner vector belong to a row.</summary>
    internal void SetRange(int row, int start, int length)
    {
        ((ulong*)_data)[2 * row] = (ulong)start;
        ((ulong*)_data)[(2 * row) + 1] = (ulong)length;
    }

    /// <summary>The elements of all lists, with room for as many.</summary>
    internal VectorWriter Elements(int count)
    {
        if (NativeMethods.ReserveList(_vector, (ulong)count) != 0 || NativeMethods.SetListSize(_vector, (ulong)count) != 0)
        {
            throw new DuckDbException($"no room for {count} elements of lists");
        }

        return new VectorWriter(NativeMethods.ListChild(_vector));
    }

    internal VectorWriter Field(int field) => new(NativeMethods.StructChild(_vector, (ulong)field));
}
