using Hone.Engine.Kernels;

namespace Hone.Inference.Servers.Dialects;

/// <summary>How one kind of server is asked, and how its answers are read and checked.</summary>
internal interface IServerDialect
{
    /// <summary>The log-probabilities of a prompt's tokens.</summary>
    Task<ScoredPrompt> Score(ServerPrompt prompt, CancellationToken cancel);

    /// <summary>One completion.</summary>
    Task<SampledText> Complete(ServerPrompt prompt, SamplingRequest request, CancellationToken cancel);
}

/// <summary>A prompt as it is sent.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Ids">Its token ids, which are sent in the text's place; null where only the server can tokenise.</param>
/// <param name="AddSpecialTokens">Whether the server is to put a beginning token in front of the text.</param>
internal sealed record ServerPrompt(string Text, int[]? Ids = null, bool AddSpecialTokens = true);

/// <summary>What a server says of a prompt's N tokens.</summary>
/// <param name="Ids">(N) their ids, of which single ones can be <see cref="UnknownId"/>; null where it does not tell.</param>
/// <param name="Texts">(N) their texts, of which single ones can be null; null where it does not tell.</param>
/// <param name="LogProbs">(N) natural log-probabilities; NaN for the first.</param>
internal sealed record ScoredPrompt(int[]? Ids, string?[]? Texts, float[] LogProbs)
{
    /// <summary>In the place of an id that the server does not tell.</summary>
    internal const int UnknownId = -1;
}

/// <summary>How a completion is sampled.</summary>
/// <param name="Rule">How tokens are drawn.</param>
/// <param name="Seed">Seed of its random stream.</param>
/// <param name="MaxTokens">Most tokens.</param>
/// <param name="LogProbs">Whether their log-probabilities are wanted.</param>
internal sealed record SamplingRequest(SamplingRule Rule, ulong Seed, int MaxTokens, bool LogProbs);

/// <summary>A sampled completion of N tokens.</summary>
/// <param name="Text">Its text, without special tokens.</param>
/// <param name="Ids">(N) ids, or null where the server does not tell.</param>
/// <param name="LogProbs">(N) natural log-probabilities; none where they were not wanted.</param>
/// <param name="Tokens">N.</param>
/// <param name="PromptTokens">Tokens of the prompt, where the server tells.</param>
/// <param name="Truncated">Whether a limit ended it.</param>
internal sealed record SampledText(string Text, int[]? Ids, float[] LogProbs, int Tokens, int? PromptTokens, bool Truncated);
