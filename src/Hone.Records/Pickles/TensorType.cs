using System.Buffers.Binary;

namespace Hone.Records.Pickles;

/// <summary>The number type of a tensor's values.</summary>
public enum TensorType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a single-precision number.</summary>
    BF16,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE double precision.</summary>
    F64,
}

/// <summary>Sizes and little-endian bytes of the number types.</summary>
internal static class TensorTypes
{
    internal static int Size(this TensorType type) => type switch
    {
        TensorType.Bool or TensorType.U8 or TensorType.I8 => 1,
        TensorType.U16 or TensorType.I16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.U32 or TensorType.I32 or TensorType.F32 => 4,
        _ => 8,
    };

    internal static bool IsReal(this TensorType type) => type >= TensorType.F16;

    internal static double Real(this TensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        TensorType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        TensorType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        TensorType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => type.Integer(bytes),
    };

    internal static long Integer(this TensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorType.Bool => bytes[0] == 0 ? 0 : 1,
        TensorType.U8 => bytes[0],
        TensorType.I8 => (sbyte)bytes[0],
        TensorType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        TensorType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        TensorType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        TensorType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        TensorType.U64 => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        TensorType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => throw new InvalidOperationException($"A {type} is no whole number."),
    };
}
