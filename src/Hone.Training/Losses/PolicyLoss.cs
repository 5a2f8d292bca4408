using System.Numerics;

namespace Hone.Training.Losses;

/// <summary>The clipped policy-gradient loss of PPO and GRPO, with its derivative.</summary>
/// <remarks>Per token, with n, o, r the log-probabilities under the new, old and
/// reference policy and A the sequence's advantage:
/// <code>
/// ratio = exp(n - o)
/// loss  = -min(ratio A, clip(ratio, 1 - low, 1 + high) A) + beta (exp(r - n) - (r - n) - 1)
/// dn    = -ratio A, 0 where the clipped branch is the smaller   + beta (1 - exp(r - n))
/// </code>
/// both divided as <see cref="LossNormalization"/> says. Sources: clipping, arXiv 1707.06347 equation 7; group
/// advantages and the k3 penalty, arXiv 2402.03300 equations 3 and 4; separate bounds, arXiv 2503.14476 section 3.1;
/// k3, Schulman, http://joschu.net/blog/kl-approx.html.</remarks>
public static class PolicyLoss
{
    /// <summary>Loss, derivative and diagnostics of a batch or micro-batch.</summary>
    /// <remarks>Computed in double, token by token in order: each derivative depends on its own token and sequence
    /// only. With new = old the ratio is exactly 1, and without a KL term the derivative is exactly -A over the
    /// divisor. At a bound itself the token counts as not clipped. The ratio is not capped: a negative advantage with
    /// an exploding ratio shows in <see cref="PolicyLossMetrics.MaxRatioDeviation"/> and the loss. Given a reference
    /// but no KL coefficient, the KL is measured only.</remarks>
    /// <typeparam name="T">Precision of log-probabilities and derivative.</typeparam>
    /// <param name="newLogProbs">(T) completion tokens under the policy being trained, in nats.</param>
    /// <param name="oldLogProbs">(T) the same under the policy that sampled.</param>
    /// <param name="referenceLogProbs">(T) the same under the reference model, or empty.</param>
    /// <param name="advantages">(S) one a sequence.</param>
    /// <param name="sequenceStarts">(S + 1) index of each sequence's first token, then T.</param>
    /// <param name="update">Size of the whole update that this is a part of.</param>
    /// <param name="options">Clipping, KL and normalization.</param>
    /// <param name="dLogProbs">(T) derivative of the update's loss by each new log-probability; overwritten. May be the
    /// memory of <paramref name="newLogProbs"/>.</param>
    /// <returns>This part's share of the loss, and diagnostics.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, a value is not finite, options are out of range, the
    /// update is smaller than this part of it, or a KL coefficient has no reference.</exception>
    /// <example>
    /// <code>
    /// PolicyLossMetrics metrics = PolicyLoss.Compute&lt;float&gt;(
    ///     newLogProbs, oldLogProbs, [], advantages, starts, UpdateSize.Of(starts), options, dLogProbs);
    /// </code>
    /// </example>
    public static PolicyLossMetrics Compute<T>(
        ReadOnlySpan<T> newLogProbs,
        ReadOnlySpan<T> oldLogProbs,
        ReadOnlySpan<T> referenceLogProbs,
        ReadOnlySpan<double> advantages,
        ReadOnlySpan<int> sequenceStarts,
        UpdateSize update,
        PolicyLossOptions options,
        Span<T> dLogProbs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Check(newLogProbs, oldLogProbs, referenceLogProbs, advantages, sequenceStarts, update, options, dLogProbs);

        bool hasReference = !referenceLogProbs.IsEmpty;
        double beta = options.KlCoefficient;
        double loss = 0.0;
        double ratioSum = 0.0;
        double maxDeviation = 0.0;
        double referenceKlSum = 0.0;
        double oldKlSum = 0.0;
        long clippedLow = 0;
        long clippedHigh = 0;

        for (int s = 0; s < advantages.Length; s++)
        {
            double advantage = advantages[s];
            double divisor = Divisor(options, update, sequenceStarts[s + 1] - sequenceStarts[s]);
            double sequenceLoss = 0.0;
            for (int t = sequenceStarts[s]; t < sequenceStarts[s + 1]; t++)
            {
                double logProb = double.CreateChecked(newLogProbs[t]);
                double logRatio = logProb - double.CreateChecked(oldLogProbs[t]);
                double ratio = Math.Exp(logRatio);
                bool low = advantage < 0.0 && ratio < 1.0 - options.ClipLow;
                bool high = advantage > 0.0 && ratio > 1.0 + options.ClipHigh;

                double tokenLoss;
                double dToken;
                if (low || high)
                {
                    tokenLoss = -advantage * (low ? 1.0 - options.ClipLow : 1.0 + options.ClipHigh);
                    dToken = 0.0;
                }
                else
                {
                    // d ratio / d logProb = ratio. A ratio that overflowed must not turn a zero advantage into NaN.
                    tokenLoss = dToken = advantage == 0.0 ? 0.0 : -advantage * ratio;
                }

                if (hasReference)
                {
                    double toReference = double.CreateChecked(referenceLogProbs[t]) - logProb;
                    double kl = KlEstimate.K3(toReference);
                    referenceKlSum += kl;
                    if (beta > 0.0)
                    {
                        tokenLoss += beta * kl;
                        dToken += beta * (1.0 - Math.Exp(toReference));
                    }
                }

                sequenceLoss += tokenLoss;
                dLogProbs[t] = T.CreateSaturating(dToken / divisor);
                ratioSum += ratio;
                maxDeviation = Math.Max(maxDeviation, Math.Abs(ratio - 1.0));
                oldKlSum += KlEstimate.K3(logRatio);
                clippedLow += low ? 1 : 0;
                clippedHigh += high ? 1 : 0;
            }

            loss += sequenceLoss == 0.0 ? 0.0 : sequenceLoss / divisor;
        }

        return new PolicyLossMetrics
        {
            Loss = loss,
            Tokens = newLogProbs.Length,
            Sequences = advantages.Length,
            RatioSum = ratioSum,
            MaxRatioDeviation = maxDeviation,
            ClippedLow = clippedLow,
            ClippedHigh = clippedHigh,
            ReferenceTokens = referenceLogProbs.Length,
            ReferenceKlSum = referenceKlSum,
            OldKlSum = oldKlSum,
        };
    }

    private static double Divisor(PolicyLossOptions options, UpdateSize update, int length) =>
        options.Normalization switch
        {
            LossNormalization.TokenMean => update.Tokens,
            LossNormalization.SequenceMean => (double)update.Sequences * length,
            _ => (double)update.Sequences * options.ConstantLength,
        };

    private static void Check<T>(
        ReadOnlySpan<T> newLogProbs,
        ReadOnlySpan<T> oldLogProbs,
        ReadOnlySpan<T> referenceLogProbs,
        ReadOnlySpan<double> advantages,
        ReadOnlySpan<int> sequenceStarts,
        UpdateSize update,
        PolicyLossOptions options,
        ReadOnlySpan<T> dLogProbs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        UpdateSize part = UpdateSize.Of(sequenceStarts);
        Throw.IfLengthsDiffer(newLogProbs.Length, sequenceStarts[^1], nameof(sequenceStarts));
        Throw.IfLengthsDiffer(newLogProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Throw.IfLengthsDiffer(newLogProbs.Length, dLogProbs.Length, nameof(dLogProbs));
        Throw.IfLengthsDiffer(sequenceStarts.Length - 1, advantages.Length, nameof(advantages));
        Throw.IfLargerThan(part, update);
        if (!referenceLogProbs.IsEmpty)
        {
            Throw.IfLengthsDiffer(newLogProbs.Length, referenceLogProbs.Length, nameof(referenceLogProbs));
        }
        else if (options.KlCoefficient > 0.0 && !newLogProbs.IsEmpty)
        {
            throw new ArgumentException(
                "A KL coefficient above 0 needs reference log-probabilities.", nameof(referenceLogProbs));
        }

        Throw.IfAnyNotFinite(newLogProbs, nameof(newLogProbs));
        Throw.IfAnyNotFinite(oldLogProbs, nameof(oldLogProbs));
        Throw.IfAnyNotFinite(referenceLogProbs, nameof(referenceLogProbs));
        Throw.IfAnyNotFinite(advantages, nameof(advantages));
    }
}
