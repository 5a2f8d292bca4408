using System.Runtime.InteropServices;

namespace Hone.Training.Grpo;

/// <summary>What the loss reads of a pass's completions that was known before the pass; reused from pass to pass.</summary>
internal sealed class LossInputs
{
    private readonly List<float> _old = [], _reference = [];
    private readonly List<double> _advantages = [];

    /// <summary>(N) log-probabilities recorded while sampling.</summary>
    public ReadOnlySpan<float> Old => CollectionsMarshal.AsSpan(_old);

    /// <summary>(N) log-probabilities under the reference, or empty.</summary>
    public ReadOnlySpan<float> Reference => CollectionsMarshal.AsSpan(_reference);

    /// <summary>One a completion.</summary>
    public ReadOnlySpan<double> Advantages => CollectionsMarshal.AsSpan(_advantages);

    /// <summary>Takes the completions of the next pass.</summary>
    public void Take(ReadOnlySpan<Rollout> completions, bool withReference)
    {
        _old.Clear();
        _reference.Clear();
        _advantages.Clear();
        foreach (Rollout rollout in completions)
        {
            _old.AddRange(rollout.Completion.LogProbs);
            _advantages.Add(rollout.Advantage);
            if (withReference)
            {
                _reference.AddRange(rollout.ReferenceLogProbs!);
            }
        }
    }
}
