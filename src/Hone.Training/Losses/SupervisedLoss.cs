using System.Numerics;

namespace Hone.Training.Losses;

/// <summary>Mean negative log-likelihood of the completion tokens, with its derivative.</summary>
public static class SupervisedLoss
{
    /// <summary>loss = -sum of log-probabilities / N, and its derivative -1/N, with N
    /// the tokens of the whole update.</summary>
    /// <remarks>Summed in double, in order.</remarks>
    /// <typeparam name="T">Precision of log-probabilities and derivative.</typeparam>
    /// <param name="logProbs">(T) completion tokens of this batch or micro-batch, in nats.</param>
    /// <param name="updateTokens">N, at least T.</param>
    /// <param name="dLogProbs">(T) derivative of the update's loss by each log-probability; overwritten. May be
    /// the memory of <paramref name="logProbs"/>.</param>
    /// <returns>This part's share of the update's loss, in nats; the shares of all
    /// parts sum to the loss. 0 without tokens.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or a log-probability is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">N is smaller than the number of tokens given.</exception>
    public static double Compute<T>(ReadOnlySpan<T> logProbs, long updateTokens, Span<T> dLogProbs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(updateTokens, logProbs.Length);
        Throw.IfLengthsDiffer(logProbs.Length, dLogProbs.Length, nameof(dLogProbs));
        Throw.IfAnyNotFinite(logProbs, nameof(logProbs));
        if (logProbs.IsEmpty)
        {
            return 0.0;
        }

        double sum = 0.0;
        foreach (T logProb in logProbs)
        {
            sum += double.CreateChecked(logProb);
        }

        dLogProbs.Fill(T.CreateChecked(-1.0 / updateTokens));
        return -sum / updateTokens;
    }
}
