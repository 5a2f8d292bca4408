using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>The specification of the matrix product y = x W^T + bias: y_to = bias_o + sum_i x_ti W_oi.</summary>
internal static class MatMul
{
    /// <summary>y overwrites; an empty bias is none.</summary>
    public static void Forward<N>(
        ReadOnlySpan<N> x, // (T, I)
        ReadOnlySpan<N> weight, // (O, I)
        ReadOnlySpan<N> bias, // (O) or empty
        int T, int I, int O,
        Span<N> y) // (T, O) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < T; t++)
        {
            for (int o = 0; o < O; o++)
            {
                N sum = bias.IsEmpty ? N.Zero : bias[o];
                for (int i = 0; i < I; i++)
                {
                    sum += x[(t * I) + i] * weight[(o * I) + i];
                }

                y[(t * O) + o] = sum;
            }
        }
    }

    /// <summary>dx_ti = sum_o dy_to W_oi.</summary>
    public static void BackwardInput<N>(
        ReadOnlySpan<N> dy, // (T, O)
        ReadOnlySpan<N> weight, // (O, I)
        int T, int I, int O,
        Span<N> dx) // (T, I) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < T; t++)
        {
            for (int i = 0; i < I; i++)
            {
                N sum = N.Zero;
                for (int o = 0; o < O; o++)
                {
                    sum += dy[(t * O) + o] * weight[(o * I) + i];
                }

                dx[(t * I) + i] = sum;
            }
        }
    }

    /// <summary>dW_oi += sum_t dy_to x_ti.</summary>
    public static void BackwardWeight<N>(
        ReadOnlySpan<N> dy, // (T, O)
        ReadOnlySpan<N> x, // (T, I)
        int T, int I, int O,
        Span<N> dWeight) // (O, I) adds
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int o = 0; o < O; o++)
        {
            for (int i = 0; i < I; i++)
            {
                for (int t = 0; t < T; t++)
                {
                    dWeight[(o * I) + i] += dy[(t * O) + o] * x[(t * I) + i];
                }
            }
        }
    }

    /// <summary>dBias_o += sum_t dy_to.</summary>
    public static void BackwardBias<N>(
        ReadOnlySpan<N> dy, // (T, O)
        int T, int O,
        Span<N> dBias) // (O) adds
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int o = 0; o < O; o++)
        {
            for (int t = 0; t < T; t++)
            {
                dBias[o] += dy[(t * O) + o];
            }
        }
    }
}
