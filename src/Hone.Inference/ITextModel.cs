using Hone.Engine.Kernels;

namespace Hone.Inference;

/// <summary>A text of which a part is to be scored.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="TargetStart">First UTF-16 unit of the part; the part runs to the end, or to <paramref name="TargetEnd"/>.</param>
/// <param name="TargetEnd">End of the part; -1 for the end of the text.</param>
public sealed record ScoringRequest(string Text, int TargetStart, int TargetEnd = -1);

/// <summary>What the model thinks of a text's part.</summary>
/// <param name="Tokens">Ids of the whole text; none where a server does not tell.</param>
/// <param name="FirstTarget">Index of the part's first token.</param>
/// <param name="LogProbs">Natural log-probability of each of the part's tokens; those nothing precedes are left out.</param>
public sealed record TextScore(int[] Tokens, int FirstTarget, float[] LogProbs);

/// <summary>A prompt of which completions are wanted.</summary>
/// <param name="Prompt">The text.</param>
/// <param name="Seeds">One random stream per completion.</param>
/// <param name="MaxTokens">Most tokens of a completion; the model's context can allow fewer.</param>
public sealed record CompletionRequest(string Prompt, IReadOnlyList<ulong> Seeds, int MaxTokens);

/// <summary>A completion of a prompt.</summary>
/// <param name="Request">Index of its request.</param>
/// <param name="Sample">Its place among the request's completions.</param>
/// <param name="Text">Its text, without special tokens.</param>
/// <param name="Tokens">Its ids, a sampled end token included; -1 where a server does not tell.</param>
/// <param name="LogProbs">Natural log-probability of each token at temperature 1; none where a server does not tell.</param>
/// <param name="Truncated">Whether a limit ended it rather than an end token.</param>
public sealed record TextCompletion(
    int Request, int Sample, string Text, int[] Tokens, float[] LogProbs, bool Truncated);

/// <summary>Completions and log-probabilities for text, whoever computes them.</summary>
public interface ITextModel
{
    /// <summary>Longest sequence in tokens; the largest number where a server does not tell.</summary>
    int ContextTokens { get; }

    /// <summary>Whether a prompt leaves room for a completion.</summary>
    bool Fits(string prompt);

    /// <summary>Whether prompts leave room for a completion, (N) answers; servers are asked all at once.</summary>
    /// <param name="prompts">(N) prompts.</param>
    /// <param name="cancel">Ends the work early.</param>
    bool[] Fit(IReadOnlyList<string> prompts, CancellationToken cancel = default) => [.. prompts.Select(Fits)];

    /// <summary>
    /// Scores texts by teacher forcing. A text longer than the context has no score: its place in the answer is null. The
    /// engine of this process answers in the order of requests, servers in the order in which they are done.
    /// </summary>
    /// <param name="requests">The texts.</param>
    /// <param name="scored">Told of each batch of finished requests, by index, as soon as it is there.</param>
    /// <param name="cancel">Ends the work early.</param>
    void Score(IReadOnlyList<ScoringRequest> requests, Action<int, TextScore?> scored, CancellationToken cancel = default);

    /// <summary>Samples completions, in the order of requests, then samples.</summary>
    /// <param name="requests">The prompts.</param>
    /// <param name="rule">How tokens are drawn.</param>
    /// <param name="completed">Told of each completion as soon as it is done, in whatever order they end.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="InvalidDataException">A prompt fills the context.</exception>
    IReadOnlyList<TextCompletion> Complete(
        IReadOnlyList<CompletionRequest> requests, SamplingRule rule, Action<TextCompletion>? completed = null,
        CancellationToken cancel = default);
}
