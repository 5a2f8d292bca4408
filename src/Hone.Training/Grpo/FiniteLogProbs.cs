using System.Globalization;
using Hone.Training.Batches;

namespace Hone.Training.Grpo;

/// <summary>Finds log-probabilities that are not finite numbers, before anything is made of them.</summary>
internal static class FiniteLogProbs
{
    /// <summary>Whether all that was sampled is finite.</summary>
    public static bool Sampled(RolloutBatch batch) => SampledProblem(batch) is null;

    /// <summary>The first of a batch, sampled or of the reference, in words; null where all are finite.</summary>
    public static string? Problem(RolloutBatch batch)
    {
        string? problem = SampledProblem(batch);
        for (int i = 0; problem is null && i < batch.Items.Length; i++)
        {
            problem = Problem("reference", batch.Items[i], batch.Items[i].ReferenceLogProbs);
        }

        return problem;
    }

    /// <summary>The first that an update computed anew, in words; null where all are finite.</summary>
    /// <param name="part">The pass.</param>
    /// <param name="rollouts">Its completions.</param>
    /// <param name="logProbs">(N) their tokens.</param>
    public static string? Problem(MicroBatch part, ReadOnlySpan<Rollout> rollouts, ReadOnlySpan<float> logProbs)
    {
        for (int i = 0; i < rollouts.Length; i++)
        {
            if (Problem("recomputed", rollouts[i], logProbs[part.Starts[i]..part.Starts[i + 1]]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? SampledProblem(RolloutBatch batch)
    {
        string? problem = null;
        for (int i = 0; problem is null && i < batch.Items.Length; i++)
        {
            problem = Problem("sampled", batch.Items[i], batch.Items[i].Completion.LogProbs);
        }

        return problem;
    }

    private static string? Problem(string which, Rollout rollout, ReadOnlySpan<float> logProbs)
    {
        for (int i = 0; i < logProbs.Length; i++)
        {
            if (!float.IsFinite(logProbs[i]))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"a {which} log-probability is {logProbs[i]} (prompt {rollout.Prompt.Row.Id}, sample {rollout.Completion.Sample}, token {i})");
            }
        }

        return null;
    }
}
