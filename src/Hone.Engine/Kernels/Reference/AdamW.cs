using System.Numerics;

namespace Hone.Engine.Kernels.Reference;

/// <summary>
/// The specification of AdamW (Loshchilov and Hutter 2019, algorithm 2) as PyTorch has it: with g the scaled gradient,
/// m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2, p = p (1 - lr decay) - lr mHat / (sqrt(vHat) + epsilon), where mHat and
/// vHat are m and v divided by 1 - b^step.
/// </summary>
internal static class AdamW
{
    /// <summary>Updates parameter and moments in place.</summary>
    public static void Update<N>(
        ReadOnlySpan<N> gradient, // (n)
        AdamWStep update, N gradientScale, N weightDecay,
        Span<N> parameter, // (n) in place
        Span<N> firstMoment, // (n) in place
        Span<N> secondMoment) // (n) in place
        where N : IBinaryFloatingPointIeee754<N>
    {
        N b1 = N.CreateChecked(update.Beta1), b2 = N.CreateChecked(update.Beta2);
        N rate = N.CreateChecked(update.LearningRate), step = N.CreateChecked(update.Step);
        for (int i = 0; i < parameter.Length; i++)
        {
            N g = gradient[i] * gradientScale;
            firstMoment[i] = (b1 * firstMoment[i]) + ((N.One - b1) * g);
            secondMoment[i] = (b2 * secondMoment[i]) + ((N.One - b2) * g * g);
            N first = firstMoment[i] / (N.One - N.Pow(b1, step));
            N second = secondMoment[i] / (N.One - N.Pow(b2, step));
            parameter[i] = (parameter[i] * (N.One - (rate * weightDecay)))
                - (rate * first / (N.Sqrt(second) + N.CreateChecked(update.Epsilon)));
        }
    }
}
