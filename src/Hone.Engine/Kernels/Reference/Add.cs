using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of the residual sum y += x. Its gradient goes to both unchanged, so there is no backward.
/// </summary>
internal static class Add
{
    /// <summary>y_i += x_i.</summary>
    public static void Forward<N>(
        ReadOnlySpan<N> x, // (n)
        Span<N> y) // (n) in place
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] += x[i];
        }
    }
}
