namespace Hone.Records.RunFolders;

/// <summary>A completion that was rewarded for a trainer elsewhere: what is known of it without the trainer's own figures.</summary>
/// <param name="PromptId">The prompt's id in the data set, or a hash of its text.</param>
/// <param name="Prompt">The prompt as the model saw it.</param>
/// <param name="Completion">What the model wrote.</param>
/// <param name="Answer">The gold answer; null where there is none.</param>
/// <param name="Reward">The whole reward.</param>
/// <param name="Rewards">Its parts by name.</param>
/// <param name="Correct">Whether the answer was right.</param>
/// <param name="FormatOk">Whether the answer stood where it should.</param>
public sealed record RewardedCompletion(
    string PromptId,
    string Prompt,
    string Completion,
    string? Answer,
    double Reward,
    IReadOnlyDictionary<string, double> Rewards,
    bool Correct,
    bool FormatOk);
