using System.Buffers;
using System.Numerics;

namespace Hone.Records.RunFolders;

/// <summary>How unlikely the least likely part of a completion is.</summary>
public static class LowestTenth
{
    private const int Parts = 10;

    /// <summary>
    /// Mean of the lowest tenth of some log-probabilities: of the max(1, floor(T / 10)) lowest. The result does not depend on
    /// their order.
    /// </summary>
    /// <param name="logProbs">(T) numbers; left as they are.</param>
    /// <returns>The mean; NaN for no numbers, or where one is NaN.</returns>
    public static double Mean<T>(ReadOnlySpan<T> logProbs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (logProbs.IsEmpty)
        {
            return double.NaN;
        }

        T[] rented = ArrayPool<T>.Shared.Rent(logProbs.Length);
        Span<T> sorted = rented.AsSpan(0, logProbs.Length);
        logProbs.CopyTo(sorted);
        sorted.Sort();
        int count = Math.Max(1, sorted.Length / Parts);
        double sum = 0;
        foreach (T value in sorted[..count])
        {
            sum += double.CreateChecked(value);
        }

        ArrayPool<T>.Shared.Return(rented);
        return sum / count;
    }
}
