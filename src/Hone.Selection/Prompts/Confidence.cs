using System.Numerics;

namespace Hone.Selection;

/// <summary>How sure a model is of a text, from the log-probabilities of its tokens.</summary>
/// <remarks>Source: UFO-RL, arXiv 2505.12457, as in the authors' scoring script.</remarks>
public static class Confidence
{
    /// <summary>Mean token log-probability, Conf = (1/T) * sum_t log p(y_t | x, y_&lt;t).</summary>
    /// <typeparam name="T">The stored precision; sums are taken in double, in token order.</typeparam>
    /// <param name="tokenLogProbs">Natural log-probabilities of the T scored tokens, in nats, each at most 0.</param>
    /// <returns>Nats per token, at most 0; NaN or -Infinity in the input carries through.</returns>
    /// <exception cref="ArgumentException">There are no tokens.</exception>
    public static double MeanLogProb<T>(ReadOnlySpan<T> tokenLogProbs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (tokenLogProbs.IsEmpty)
        {
            throw new ArgumentException("A mean log-probability needs at least one token.", nameof(tokenLogProbs));
        }

        double sum = 0.0;
        foreach (T logProb in tokenLogProbs)
        {
            sum += double.CreateChecked(logProb);
        }

        return sum / tokenLogProbs.Length;
    }

    /// <summary>Average negative log-likelihood, ANLL = -(1/T) * sum_t log p(a_t | q, a_&lt;t).</summary>
    /// <remarks>Source: UGCS, arXiv 2511.09864. The uncertainty by which completions are ranked.</remarks>
    /// <typeparam name="T">The stored precision.</typeparam>
    /// <param name="tokenLogProbs">Log-probabilities of the completion's tokens in nats, at temperature 1, with the end
    /// token if it was sampled and without the prompt.</param>
    /// <returns>Nats per token, at least 0; larger is less certain.</returns>
    /// <exception cref="ArgumentException">There are no tokens.</exception>
    public static double Anll<T>(ReadOnlySpan<T> tokenLogProbs)
        where T : struct, IBinaryFloatingPointIeee754<T> => -MeanLogProb(tokenLogProbs);

    /// <summary>Geometric-mean token probability, s = exp(Conf).</summary>
    /// <param name="meanLogProb">Conf, in nats per token.</param>
    /// <returns>A probability in [0, 1] for a Conf of at most 0.</returns>
    public static double Probability(double meanLogProb) => Math.Exp(meanLogProb);
}
