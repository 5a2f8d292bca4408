using Hone.Training.Losses;

namespace Hone.Training.Grpo;

/// <summary>One update's figures: a line of metrics.jsonl. Means are over the batch's completions unless said.</summary>
public sealed record StepMetrics
{
    /// <summary>The update, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Mean reward.</summary>
    public required double Reward { get; init; }

    /// <summary>Share of right answers, 0 to 1.</summary>
    public required double Correct { get; init; }

    /// <summary>Share of completions in the asked format, 0 to 1.</summary>
    public required double FormatOk { get; init; }

    /// <summary>Share of completions that the length limit ended, 0 to 1.</summary>
    public required double Truncated { get; init; }

    /// <summary>Mean length in tokens.</summary>
    public required double Length { get; init; }

    /// <summary>Mean entropy per token in nats.</summary>
    public required double Entropy { get; init; }

    /// <summary>Mean over completions of their mean token log-probability, in nats: minus the mean ANLL.</summary>
    public required double MeanLogprob { get; init; }

    /// <summary>Share of groups whose rewards are all equal, 0 to 1: they teach nothing.</summary>
    public required double ZeroVariance { get; init; }

    /// <summary>Value of the loss that was minimised; NaN where it was not reached.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean k3 estimate per token of the KL divergence from the reference, in nats; NaN without one.</summary>
    public required double Kl { get; init; }

    /// <summary>Share of trained tokens clipped below, 0 to 1.</summary>
    public required double ClipLow { get; init; }

    /// <summary>Share of trained tokens clipped above, 0 to 1.</summary>
    public required double ClipHigh { get; init; }

    /// <summary>Largest distance of a policy ratio from 1; exactly 0 in the first update on a batch.</summary>
    public required double RatioDeviation { get; init; }

    /// <summary>Norm of the gradient before clipping; NaN where it was not reached.</summary>
    public required double GradNorm { get; init; }

    /// <summary>The update's learning rate, also where it was left out.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Updates left out so far, this one included.</summary>
    public required int UpdatesSkipped { get; init; }

    /// <summary>Why this update was left out; null where it was made.</summary>
    public required UpdateFault? Fault { get; init; }

    /// <summary>Completion tokens of the batch.</summary>
    public required long Tokens { get; init; }

    /// <summary>Seconds of sampling and rewarding; 0 in later updates on the same batch.</summary>
    public required double SecondsSampling { get; init; }

    /// <summary>Seconds of loss, gradients and update.</summary>
    public required double SecondsTraining { get; init; }

    /// <summary>The figures under their names in metrics.jsonl.</summary>
    public IEnumerable<KeyValuePair<string, double>> Values =>
    [
        new("reward", Reward), new("correct", Correct), new("format_ok", FormatOk), new("truncated", Truncated),
        new("length", Length), new("entropy", Entropy), new("mean_logprob", MeanLogprob), new("zero_variance", ZeroVariance),
        new("loss", Loss), .. double.IsNaN(Kl) ? Array.Empty<KeyValuePair<string, double>>() : [new("kl", Kl)],
        new("clip_low", ClipLow), new("clip_high", ClipHigh), new("ratio_deviation", RatioDeviation),
        new("grad_norm", GradNorm), new("learning_rate", LearningRate), new("updates_skipped", UpdatesSkipped),
        new("tokens", Tokens), new("seconds_sampling", SecondsSampling), new("seconds_training", SecondsTraining),
    ];

    /// <summary>The figures of an update on a batch.</summary>
    public static StepMetrics Of(
        RolloutBatch batch, int step, PolicyLossMetrics loss, double norm, double rate, double sampling, double training, int skipped,
        UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(loss);
        int count = batch.Items.Length;
        long tokens = batch.Tokens;
        return new StepMetrics
        {
            Step = step,
            Reward = batch.Sum(r => r.Verdict.Total) / count,
            Correct = batch.Sum(r => r.Verdict.Correct ? 1.0 : 0.0) / count,
            FormatOk = batch.Sum(r => r.Verdict.FormatOk ? 1.0 : 0.0) / count,
            Truncated = batch.Sum(r => r.Completion.Truncated ? 1.0 : 0.0) / count,
            Length = (double)tokens / count,
            Entropy = batch.Sum(r => Sum(r.Completion.Entropies)) / tokens,
            MeanLogprob = batch.Sum(r => Sum(r.Completion.LogProbs) / r.Completion.LogProbs.Length) / count,
            ZeroVariance = ZeroVarianceOf(batch),
            Loss = loss.Loss,
            Kl = loss.MeanReferenceKl ?? double.NaN,
            ClipLow = loss.Tokens == 0 ? 0 : loss.ClipFractionLow,
            ClipHigh = loss.Tokens == 0 ? 0 : loss.ClipFractionHigh,
            RatioDeviation = loss.MaxRatioDeviation,
            GradNorm = norm,
            LearningRate = rate,
            UpdatesSkipped = skipped,
            Fault = fault,
            Tokens = tokens,
            SecondsSampling = sampling,
            SecondsTraining = training,
        };
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double ZeroVarianceOf(RolloutBatch batch)
    {
        int equal = 0;
        for (int g = 0; g < batch.Groups.Length; g++)
        {
            ReadOnlySpan<Rollout> group = batch.Group(g);
            int same = 0;
            while (same < group.Length && group[same].Verdict.Total == group[0].Verdict.Total)
            {
                same++;
            }

            equal += same == group.Length ? 1 : 0;
        }

        return (double)equal / batch.Groups.Length;
    }
}
