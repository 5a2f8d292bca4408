using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Losses;

namespace Hone.Training.Tests.Testing;

/// <summary>Completions with what the loss reads of them, in completion order.</summary>
/// <param name="Groups">Prompts and completions.</param>
/// <param name="Old">Log-probabilities under the policy that sampled.</param>
/// <param name="Reference">Log-probabilities under the reference, or empty.</param>
/// <param name="Advantages">One a completion.</param>
/// <param name="Options">The loss.</param>
internal sealed record LossCase(
    IReadOnlyList<TokenGroup> Groups, float[] Old, float[] Reference, double[] Advantages, PolicyLossOptions Options);

/// <summary>Passes through a model written out, as the trainers make them.</summary>
internal static class Passes
{
    /// <summary>The log-probability of every completion token.</summary>
    public static float[] LogProbs(Transformer model, IReadOnlyList<TokenGroup> groups, int maxRows = int.MaxValue)
    {
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        return [.. MicroBatch.Cut(groups, maxRows).SelectMany(part => LogProbs(model, part, activations))];
    }

    /// <summary>The GRPO loss and its gradient, added to <paramref name="gradients"/> where given.</summary>
    public static double Loss(Transformer model, LossCase with, ParameterSet? gradients = null, int maxRows = int.MaxValue)
    {
        using var activations = new Activations(model.Config, gradients is null ? ActivationMode.Discard : ActivationMode.Keep);
        int[][] completions = [.. with.Groups.SelectMany(group => group.Completions)];
        var size = new UpdateSize(completions.Sum(completion => (long)completion.Length), completions.Length);
        double loss = 0;
        int done = 0;
        foreach (MicroBatch part in MicroBatch.Cut(with.Groups, maxRows))
        {
            float[] logProbs = LogProbs(model, part, activations);
            int count = logProbs.Length;
            float[] dLogProbs = new float[count];
            loss += PolicyLoss.Compute<float>(
                logProbs, with.Old.AsSpan(done, count), with.Reference.Length == 0 ? [] : with.Reference.AsSpan(done, count),
                with.Advantages.AsSpan(part.FirstCompletion, part.Completions), part.Starts, size, with.Options, dLogProbs).Loss;
            if (gradients is not null)
            {
                model.Backward(part.Tokens, part.Layout, activations, part.Rows, part.Targets, dLogProbs, gradients);
            }

            done += count;
        }

        return loss;
    }

    private static float[] LogProbs(Transformer model, MicroBatch part, Activations activations)
    {
        float[] logProbs = new float[part.Targets.Length], entropies = new float[part.Targets.Length];
        model.Forward(part.Tokens, part.Layout, activations);
        model.LogProbs(activations, part.Rows, part.Targets, logProbs, entropies);
        return logProbs;
    }
}
