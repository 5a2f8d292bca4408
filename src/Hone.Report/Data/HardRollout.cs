namespace Hone.Report;

/// <summary>A completion among the most uncertain ones of the pick's window.</summary>
/// <param name="Step">Its step.</param>
/// <param name="PromptId">Its prompt.</param>
/// <param name="Sample">Which of the prompt's completions.</param>
/// <param name="Uncertainty">Its uncertainty.</param>
/// <param name="Reward">Its reward.</param>
/// <param name="Tokens">Its length; -1 where the log does not say.</param>
/// <param name="Truncated">Whether it was cut off.</param>
/// <param name="Text">What was asked and answered; null where the log has no text.</param>
internal sealed record HardRollout(
    int Step, string PromptId, int Sample, double Uncertainty, double Reward, int Tokens, bool Truncated, HardText? Text);

/// <summary>The text of a completion.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Completion">The completion.</param>
/// <param name="Answer">The gold answer; null where the log has none.</param>
/// <param name="Pieces">The completion's tokens with their log-probabilities; null where they are not known.</param>
internal sealed record HardText(string Prompt, string Completion, string? Answer, IReadOnlyList<TokenPiece>? Pieces);

/// <summary>A token.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Logprob">Its log-probability, in nats.</param>
internal readonly record struct TokenPiece(string Text, double Logprob);
