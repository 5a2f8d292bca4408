namespace Hone.Training.Rewards;

/// <summary>What a reward may look at.</summary>
/// <param name="Prompt">The prompt as the model saw it.</param>
/// <param name="Completion">What the model wrote, without special tokens.</param>
/// <param name="Answer">The gold answer; null where there is none.</param>
/// <param name="Truncated">Whether the length limit cut the completion off.</param>
public readonly record struct RewardInput(string Prompt, string Completion, string? Answer, bool Truncated = false);

/// <summary>A pure rule that scores one completion. Safe to call from several threads at once.</summary>
public interface IReward
{
    /// <summary>The name in configuration and records, snake_case.</summary>
    string Name { get; }

    /// <summary>The completion's score.</summary>
    /// <param name="input">The completion and its prompt.</param>
    /// <returns>A finite number, for the rules of this library 0 or 1.</returns>
    double Score(in RewardInput input);
}

/// <summary>A reward that compares an extracted answer with the gold one: 1 says correct.</summary>
public interface IAnswerReward : IReward
{
    /// <summary>The answer that the score is about.</summary>
    /// <param name="input">The completion and its prompt.</param>
    /// <returns>The answer, or none.</returns>
    ExtractedAnswer Extract(in RewardInput input);
}
