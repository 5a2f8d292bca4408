using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of rotary position embedding (Su et al. 2021) with the halves of a head as pairs:
/// (a_i, b_i) -> (a_i cos - b_i sin, b_i cos + a_i sin), at the angle of the token's position and pair i.
/// </summary>
internal static class Rotary
{
    /// <summary>Turns query and key heads in place; values stay.</summary>
    public static void Forward<N>(
        ReadOnlySpan<int> positions, // (T)
        ReadOnlySpan<N> cosine, // (positions, D/2)
        ReadOnlySpan<N> sine, // (positions, D/2)
        HeadShape shape,
        Span<N> qkv) // (T, Q) in place
        where N : IBinaryFloatingPointIeee754<N> => Turn(positions, cosine, sine, shape, N.One, qkv);

    /// <summary>The gradient is turned back: a rotation's inverse is its transpose.</summary>
    public static void Backward<N>(
        ReadOnlySpan<int> positions, // (T)
        ReadOnlySpan<N> cosine, // (positions, D/2)
        ReadOnlySpan<N> sine, // (positions, D/2)
        HeadShape shape,
        Span<N> dqkv) // (T, Q) in place
        where N : IBinaryFloatingPointIeee754<N> => Turn(positions, cosine, sine, shape, N.NegativeOne, dqkv);

    private static void Turn<N>(
        ReadOnlySpan<int> positions, ReadOnlySpan<N> cosine, ReadOnlySpan<N> sine, HeadShape shape, N direction, Span<N> qkv)
        where N : IBinaryFloatingPointIeee754<N>
    {
        int half = shape.HeadSize / 2;
        for (int t = 0; t < positions.Length; t++)
        {
            for (int head = 0; head < shape.Heads + shape.KeyValueHeads; head++)
            {
                Span<N> x = qkv.Slice((t * shape.RowWidth) + (head * shape.HeadSize), shape.HeadSize);
                for (int i = 0; i < half; i++)
                {
                    N c = cosine[(positions[t] * half) + i];
                    N s = direction * sine[(positions[t] * half) + i];
                    (x[i], x[half + i]) = ((x[i] * c) - (x[half + i] * s), (x[half + i] * c) + (x[i] * s));
                }
            }
        }
    }
}
