using Hone.Records.RunFolders;

namespace Hone.Dashboard.Samples;

/// <summary>What is kept of a rollout's texts for a page: a line may hold 64 MiB, a page a hundred lines.</summary>
/// <param name="Detail">The texts, cut to <see cref="MostCharacters"/> each, and the first parts of the reward.</param>
/// <param name="PromptCharacters">How long the prompt is; null where it is whole.</param>
/// <param name="CompletionCharacters">How long the completion is; null where it is whole.</param>
internal sealed record ShownTexts(RolloutDetail Detail, int? PromptCharacters, int? CompletionCharacters)
{
    /// <summary>What a page shows of a text.</summary>
    public const int MostCharacters = 20_000;

    private const int MostRewards = 100;
    private const int LongestName = 200;

    /// <summary>Cuts what was read of a line.</summary>
    public static ShownTexts Of(RolloutDetail whole) => new(
        whole with
        {
            PromptId = Cut(whole.PromptId, LongestName),
            Prompt = Cut(whole.Prompt, MostCharacters),
            Completion = Cut(whole.Completion, MostCharacters),
            Answer = Cut(whole.Answer, MostCharacters),
            Rewards = [.. whole.Rewards.Take(MostRewards).Select(part => KeyValuePair.Create(Cut(part.Key, LongestName)!, part.Value))],
        },
        whole.Prompt?.Length is > MostCharacters and var prompt ? prompt : null,
        whole.Completion?.Length is > MostCharacters and var completion ? completion : null);

    // Never through a pair of surrogates.
    private static string? Cut(string? text, int most) =>
        text is null || text.Length <= most ? text : text[..(most - (char.IsHighSurrogate(text[most - 1]) ? 1 : 0))];
}
