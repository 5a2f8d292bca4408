using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of RMSNorm (Zhang and Sennrich 2019): y_i = r x_i w_i, r = 1 / sqrt(mean(x^2) + epsilon), over
/// rows of C. A token has `rows` rows next to each other and stands `stride` after the token before; one row a token is
/// the plain norm, one row a head that of queries or keys inside a row of queries, keys and values.
/// </summary>
internal static class RmsNorm
{
    /// <summary>
    /// y overwrites, and may be x; what lies between a token's rows and the next token is left alone.
    /// </summary>
    public static void Forward<N>(
        ReadOnlySpan<N> x, // (T, stride), of which rows*C
        ReadOnlySpan<N> weight, // (C)
        N epsilon, int T, int rows, int C, int stride,
        Span<N> y) // as x, overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int row = 0; row < T * rows; row++)
        {
            int start = (row / rows * stride) + (row % rows * C);
            N r = InverseRms(x.Slice(start, C), epsilon);
            for (int i = 0; i < C; i++)
            {
                y[start + i] = x[start + i] * r * weight[i];
            }
        }
    }

    /// <summary>dx_i = r w_i dy_i - x_i r^3/C sum_j(w_j dy_j x_j), and dw_i += sum over rows of r dy_i x_i.</summary>
    public static void Backward<N>(
        ReadOnlySpan<N> dy, // as x
        ReadOnlySpan<N> x, // (T, stride), of which rows*C
        ReadOnlySpan<N> weight, // (C)
        N epsilon, int T, int rows, int C, int stride,
        Span<N> dx, // as x, overwrites; may be dy
        Span<N> dWeight) // (C) adds
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int row = 0; row < T * rows; row++)
        {
            int start = (row / rows * stride) + (row % rows * C);
            N r = InverseRms(x.Slice(start, C), epsilon);
            N along = N.Zero;
            for (int i = 0; i < C; i++)
            {
                along += weight[i] * dy[start + i] * x[start + i];
                dWeight[i] += r * dy[start + i] * x[start + i];
            }

            for (int i = 0; i < C; i++)
            {
                dx[start + i] = (r * weight[i] * dy[start + i])
                    - (x[start + i] * r * r * r * along / N.CreateChecked(C));
            }
        }
    }

    private static N InverseRms<N>(ReadOnlySpan<N> x, N epsilon)
        where N : IBinaryFloatingPointIeee754<N>
    {
        N squares = N.Zero;
        foreach (N value in x)
        {
            squares += value * value;
        }

        return N.One / N.Sqrt((squares / N.CreateChecked(x.Length)) + epsilon);
    }
}
