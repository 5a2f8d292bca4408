using System.Runtime.CompilerServices;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// e^x with the same bits in every lane of every width, so that a row's tail equals its body. Reduction to |r| at most
/// ln(2)/2 with ln 2 in two parts (Cody and Waite), then the degree-7 polynomial of the Cephes library; within 2 units in
/// the last place. Below -87.3 the result stays at the smallest normal number.
/// </summary>
internal static class Exponential
{
    private const float Lowest = -87.33654f;
    private const float Highest = 88.02f;
    private const float Log2OfE = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Adding 1.5 * 2^23 leaves the rounded integer in the low bits of the significand.
    private const float RoundingShift = 12582912f;
    private const float ExponentBias = 127f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        // Bound first, x second: a NaN in x passes both.
        x = TLanes.Min(TLanes.Splat(Highest), TLanes.Max(TLanes.Splat(Lowest), x));
        TLanes shifted = TLanes.MultiplyAdd(x, TLanes.Splat(Log2OfE), TLanes.Splat(RoundingShift));
        TLanes n = shifted - TLanes.Splat(RoundingShift);
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Splat(-Ln2High), x);
        r = TLanes.MultiplyAdd(n, TLanes.Splat(-Ln2Low), r);
        TLanes p = TLanes.Splat(1.9875691500e-4f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Splat(1.3981999507e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Splat(8.3334519073e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Splat(4.1665795894e-2f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Splat(1.6666665459e-1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Splat(5.0000001201e-1f));
        TLanes y = TLanes.MultiplyAdd(p, r * r, r) + TLanes.Splat(1f);
        return y * TLanes.ShiftIntoExponent(shifted + TLanes.Splat(ExponentBias));
    }
}
