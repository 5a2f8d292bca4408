using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>The specification of the token embedding: x_t = table row of token t.</summary>
internal static class Embedding
{
    /// <summary>x overwrites.</summary>
    public static void Forward<N>(
        ReadOnlySpan<int> tokens, // (T)
        ReadOnlySpan<N> table, // (V, C)
        int C,
        Span<N> x) // (T, C) overwrites
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < tokens.Length; t++)
        {
            table.Slice(tokens[t] * C, C).CopyTo(x.Slice(t * C, C));
        }
    }

    /// <summary>dTable row of token t += dx_t; a token that occurs twice adds twice.</summary>
    public static void Backward<N>(
        ReadOnlySpan<int> tokens, // (T)
        ReadOnlySpan<N> dx, // (T, C)
        int C,
        Span<N> dTable) // (V, C) adds
        where N : IBinaryFloatingPointIeee754<N>
    {
        for (int t = 0; t < tokens.Length; t++)
        {
            for (int c = 0; c < C; c++)
            {
                dTable[(tokens[t] * C) + c] += dx[(t * C) + c];
            }
        }
    }
}
