using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of the sum of squares that global norm clipping reads; nothing is differentiated through it.
/// </summary>
internal static class SumOfSquares
{
    /// <summary>sum_i x_i^2; zero for no elements.</summary>
    public static N Forward<N>(
        ReadOnlySpan<N> x) // (n)
        where N : IBinaryFloatingPointIeee754<N>
    {
        N sum = N.Zero;
        foreach (N value in x)
        {
            sum += value * value;
        }

        return sum;
    }
}
