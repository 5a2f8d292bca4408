using Hone.Records.RunFolders;

namespace Hone.Training.Grpo;

/// <summary>A batch as the lines that the run folder keeps.</summary>
public static class RolloutLines
{
    /// <summary>One line per completion, in batch order.</summary>
    /// <param name="batch">The batch; its policy had one update fewer than the batch's step says.</param>
    /// <param name="temperature">The sampling temperature.</param>
    /// <param name="withText">Whether prompt, completion and answer are written.</param>
    public static IEnumerable<RolloutLine> Of(RolloutBatch batch, double temperature, bool withText)
    {
        ArgumentNullException.ThrowIfNull(batch);
        IEnumerable<RolloutLine> lines = batch.Items.Select(rollout => Line(batch, rollout, temperature));
        return withText ? lines : lines.Select(line => line.WithoutText());
    }

    private static RolloutLine Line(RolloutBatch batch, Rollout rollout, double temperature)
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
            PolicyStep: batch.Step - 1);
    }
}
