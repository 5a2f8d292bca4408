using Hone.Records.RunFolders;

namespace Hone.Training.Grpo;

/// <summary>A batch as the lines that the run folder keeps.</summary>
public static class RolloutLines
{
    // A token's colour in a report needs no more, and a line's own figures are made of the numbers before rounding.
    private const int Decimals = 4;

    /// <summary>One line per completion, in batch order.</summary>
    /// <param name="batch">The batch; its policy had one update fewer than the batch's step says.</param>
    /// <param name="temperature">The sampling temperature.</param>
    /// <param name="withText">Whether prompt, completion and answer are written.</param>
    /// <param name="withTokens">Whether each token's log-probability is written, and with the text each token's id.</param>
    public static IEnumerable<RolloutLine> Of(RolloutBatch batch, double temperature, bool withText, bool withTokens)
    {
        ArgumentNullException.ThrowIfNull(batch);
        IEnumerable<RolloutLine> lines = batch.Items.Select(rollout => Line(batch, rollout, temperature, withTokens));
        return withText ? lines : lines.Select(line => line.WithoutText());
    }

    // Adding 0 keeps "-0" out of the file.
    private static double Rounded(float logProb) => Math.Round((double)logProb, Decimals) + 0.0;

    private static RolloutLine Line(RolloutBatch batch, Rollout rollout, double temperature, bool withTokens)
    {
        float[] logProbs = rollout.Completion.LogProbs;
        return new RolloutLine(
            Step: batch.Step,
            PromptId: rollout.Prompt.Row.Id,
            Sample: rollout.Completion.Sample,
            Prompt: rollout.Prompt.Row.Prompt,
            Completion: rollout.Text,
            Answer: rollout.Prompt.Row.Answer,
            Reward: rollout.Verdict.Total,
            Rewards: rollout.Verdict.Components,
            Correct: rollout.Verdict.Correct,
            FormatOk: rollout.Verdict.FormatOk,
            Truncated: rollout.Completion.Truncated,
            Tokens: logProbs.Length,
            MeanLogprob: logProbs.Average(p => (double)p),
            SumLogprob: logProbs.Sum(p => (double)p),
            MinLogprob: logProbs.Min(),
            MeanEntropy: rollout.Completion.Entropies.Average(e => (double)e),
            RefMeanLogprob: rollout.ReferenceLogProbs?.Average(p => (double)p),
            Advantage: rollout.Advantage,
            Temperature: temperature,
            PolicyStep: batch.Step - 1,
            TailLogprob: LowestTenth.Mean<float>(logProbs),
            SelfCertainty: rollout.Completion.SelfCertainty,
            TokenIds: withTokens ? rollout.Completion.Tokens : null,
            TokenLogprobs: withTokens ? Array.ConvertAll(logProbs, Rounded) : null);
    }
}
