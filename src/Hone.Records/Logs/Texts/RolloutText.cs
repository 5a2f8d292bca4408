namespace Hone.Records.Logs.Texts;

/// <summary>The text of one completion of a log.</summary>
/// <param name="Row">Its place among the completions of its file, from 0.</param>
/// <param name="Prompt">The prompt as the log has it.</param>
/// <param name="Completion">The completion as the log has it.</param>
/// <param name="HasLogprob">Whether the log has the policy's log-probability of it.</param>
/// <param name="HasReference">Whether the log has the reference model's.</param>
public sealed record RolloutText(int Row, string Prompt, string Completion, bool HasLogprob, bool HasReference);
