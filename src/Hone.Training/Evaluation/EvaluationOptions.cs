using Hone.Engine.Kernels;
using Hone.Records.DataSets;
using Hone.Training.Rewards;

namespace Hone.Training.Evaluation;

/// <summary>How a model is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Completions per prompt, K.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Most tokens of a completion.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>How tokens are drawn.</summary>
    public SamplingRule Sampling { get; init; } = new() { Temperature = 0 };

    /// <summary>Seed of the completions and of the bootstrap.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What finds the answers, judges them, and says which of them are the same for the vote.</summary>
    public IAnswerReward Reward { get; init; } = new NumericAnswerReward();

    /// <summary>The text that the model sees of a row.</summary>
    public Func<DataRow, string> PromptText { get; init; } = row => row.Prompt;
}
