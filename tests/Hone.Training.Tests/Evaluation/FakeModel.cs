using Hone.Engine.Kernels;
using Hone.Inference;

namespace Hone.Training.Tests.Evaluation;

/// <summary>A model whose completions are known; what was asked of it is kept.</summary>
internal sealed class FakeModel(IReadOnlyDictionary<string, string[]> completions) : ITextModel
{
    public IReadOnlyList<CompletionRequest> Asked { get; private set; } = [];

    public SamplingRule? Rule { get; private set; }

    public int ContextTokens => 1000;

    public bool Fits(string prompt) => true;

    public void Score(IReadOnlyList<ScoringRequest> requests, Action<int, TextScore?> scored, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    /// <summary>A text that ends in "..." counts as truncated.</summary>
    public IReadOnlyList<TextCompletion> Complete(
        IReadOnlyList<CompletionRequest> requests, SamplingRule rule, Action<TextCompletion>? completed = null,
        CancellationToken cancel = default)
    {
        (Asked, Rule) = (requests, rule);
        TextCompletion[] all =
        [
            .. requests.SelectMany((request, i) => request.Seeds.Select((_, sample) =>
            {
                string text = completions[request.Prompt][sample];
                int[] tokens = new int[text.Length];
                return new TextCompletion(
                    i, sample, text, tokens, new float[tokens.Length], text.EndsWith("...", StringComparison.Ordinal));
            })),
        ];

        // They end in another order than that of the requests.
        foreach (TextCompletion completion in all.Reverse())
        {
            cancel.ThrowIfCancellationRequested();
            completed?.Invoke(completion);
        }

        return all;
    }
}
