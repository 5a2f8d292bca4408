namespace Hone.Engine.Decoding;

/// <summary>A prompt and the completions wanted of it.</summary>
/// <param name="Prompt">Token ids, at least one.</param>
/// <param name="Seeds">One random stream per completion.</param>
/// <param name="MaxTokens">Most tokens of a completion.</param>
public sealed record GenerationRequest(int[] Prompt, ulong[] Seeds, int MaxTokens);

/// <summary>A sampled completion.</summary>
/// <param name="Request">Index of its request.</param>
/// <param name="Sample">Its place in the group, from 0.</param>
/// <param name="Tokens">(T) token ids, the end token included if it was drawn.</param>
/// <param name="LogProbs">(T) natural log-probability of each token at temperature 1, before any filter.</param>
/// <param name="Entropies">(T) entropy in nats of the distribution that each token was drawn from, at temperature 1.</param>
/// <param name="SelfCertainty">
/// Mean over the tokens of KL(uniform || p) in nats, p being the distribution that each was drawn from, at temperature 1; NaN
/// for no token.
/// </param>
/// <param name="Truncated">Whether the limit ended it rather than an end token.</param>
public sealed record Completion(
    int Request, int Sample, int[] Tokens, float[] LogProbs, float[] Entropies, double SelfCertainty, bool Truncated);
