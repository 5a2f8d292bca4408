using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of SwiGLU (Shazeer 2020): y = g s(g) u with s the logistic function, g gate and u up.
/// </summary>
internal static class SwiGlu
{
    /// <summary>y overwrites.</summary>
    public static void Forward<N>(
        ReadOnlySpan<N> gateUp, // (T, 2F) gate then up in each row
        int T, int F,
        Span<N> y) // (T, F) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < T; t++)
        {
            for (int i = 0; i < F; i++)
            {
                N gate = gateUp[(2 * t * F) + i];
                y[(t * F) + i] = gate * Logistic(gate) * gateUp[(((2 * t) + 1) * F) + i];
            }
        }
    }

    /// <summary>dg = dy u s(g) (1 + g (1 - s(g))), du = dy g s(g), and y once more.</summary>
    public static void Backward<N>(
        ReadOnlySpan<N> dy, // (T, F)
        ReadOnlySpan<N> gateUp, // (T, 2F)
        int T, int F,
        Span<N> dGateUp, // (T, 2F) overwrites
        Span<N> y) // (T, F) overwrites; may be dy
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < T; t++)
        {
            for (int i = 0; i < F; i++)
            {
                int gateAt = (2 * t * F) + i, upAt = gateAt + F;
                N gate = gateUp[gateAt], up = gateUp[upAt], gradient = dy[(t * F) + i];
                N s = Logistic(gate);
                dGateUp[gateAt] = gradient * up * s * (N.One + (gate * (N.One - s)));
                dGateUp[upAt] = gradient * gate * s;
                y[(t * F) + i] = gate * s * up;
            }
        }
    }

    private static N Logistic<N>(N x)
        where N : IBinaryFloatingPointIeee754<N> => N.One / (N.One + N.Exp(-x));
}
