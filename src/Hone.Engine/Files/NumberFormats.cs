using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Files;

/// <summary>
/// Conversions between float and the 16-bit formats on disk. Widening is exact; narrowing rounds to nearest even.
/// </summary>
internal static unsafe class NumberFormats
{
    /// <summary>
    /// Scales a half's exponent and mantissa, moved into a float's place, to their value: 2^(127-15).
    /// </summary>
    private const float HalfScale = 5.192296858534828e33f;

    /// <summary>Widens halves at any address. NaN payloads are kept.</summary>
    internal static void HalfToFloat(ushort* source, Span<float> destination)
    {
        int i = 0;
        ref uint target = ref Unsafe.As<float, uint>(ref MemoryMarshal.GetReference(destination));
        for (; i <= destination.Length - 16; i += 16)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Load(source + i));
            Widen(low).StoreUnsafe(ref target, (nuint)i);
            Widen(high).StoreUnsafe(ref target, (nuint)i + 8);
        }
        for (; i < destination.Length; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle(
                Widen(Vector256.CreateScalar((uint)Unsafe.ReadUnaligned<ushort>(source + i))).ToScalar());
        }

        static Vector256<uint> Widen(Vector256<uint> half)
        {
            Vector256<uint> magnitude = half & Vector256.Create(0x7fffu);
            Vector256<uint> sign = (half & Vector256.Create(0x8000u)) << 16;
            // The product is exact for normal and subnormal halves; infinities and NaNs need the full exponent instead.
            Vector256<uint> value = ((magnitude << 13).AsSingle() * Vector256.Create(HalfScale)).AsUInt32();
            Vector256<uint> special = Vector256.GreaterThan(magnitude, Vector256.Create(0x7bffu));
            return sign | value | (special & Vector256.Create(0x7f800000u));
        }
    }

    /// <summary>Widens bfloat16 at any address: the missing low half is zero.</summary>
    internal static void BFloatToFloat(ushort* source, Span<float> destination)
    {
        int i = 0;
        ref uint target = ref Unsafe.As<float, uint>(ref MemoryMarshal.GetReference(destination));
        for (; i <= destination.Length - 16; i += 16)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Load(source + i));
            (low << 16).StoreUnsafe(ref target, (nuint)i);
            (high << 16).StoreUnsafe(ref target, (nuint)i + 8);
        }
        for (; i < destination.Length; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source + i) << 16);
        }
    }

    /// <summary>Narrows to halves; values beyond the largest half become infinity, NaN stays NaN.</summary>
    internal static void FloatToHalf(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = BitConverter.HalfToUInt16Bits((Half)source[i]);
        }
    }

    /// <summary>Narrows to bfloat16; NaN stays NaN and keeps its sign.</summary>
    internal static void FloatToBFloat(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        int i = 0;
        ref uint bits = ref Unsafe.As<float, uint>(ref MemoryMarshal.GetReference(source));
        for (; i <= source.Length - 16; i += 16)
        {
            Vector256<uint> low = Round(Vector256.LoadUnsafe(ref bits, (nuint)i));
            Vector256<uint> high = Round(Vector256.LoadUnsafe(ref bits, (nuint)i + 8));
            Vector256.Narrow(low, high).StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)i);
        }
        for (; i < source.Length; i++)
        {
            Vector256<uint> one = Vector256.CreateScalar(BitConverter.SingleToUInt32Bits(source[i]));
            destination[i] = (ushort)Round(one).ToScalar();
        }

        static Vector256<uint> Round(Vector256<uint> x)
        {
            // Adding 0x7fff, and one more when the kept part is odd, carries exactly when rounding up is due. A NaN
            // would be carried into an infinity or a zero: it gets its quiet bit set and is cut instead.
            Vector256<uint> odd = (x >> 16) & Vector256<uint>.One;
            Vector256<uint> rounded = (x + Vector256.Create(0x7fffu) + odd) >> 16;
            Vector256<uint> quiet = (x >> 16) | Vector256.Create(0x40u);
            Vector256<uint> magnitude = x & Vector256.Create(0x7fffffffu);
            Vector256<uint> isNaN = Vector256.GreaterThan(magnitude, Vector256.Create(0x7f800000u));
            return Vector256.ConditionalSelect(isNaN, quiet, rounded);
        }
    }
}
