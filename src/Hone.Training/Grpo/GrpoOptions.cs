using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Training.Grpo;

/// <summary>Settings of a GRPO run.</summary>
public sealed record GrpoOptions
{
    /// <summary>Optimizer updates of the run.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Prompts per batch.</summary>
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Completions per prompt, G; at least 2.</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Updates on each sampled batch; the ratio is exactly 1 in the first.</summary>
    public int UpdatesPerBatch { get; init; } = 1;

    /// <summary>Longest completion in tokens.</summary>
    public int MaxCompletionTokens { get; init; } = 256;

    /// <summary>Most rows of tokens in one pass; a larger batch is taken in several.</summary>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>What a pass keeps for its backward pass; not <see cref="ActivationMode.Discard"/>.</summary>
    public ActivationMode Activations { get; init; } = ActivationMode.Keep;

    /// <summary>Completions decoded side by side.</summary>
    public int DecodingRows { get; init; } = 256;

    /// <summary>Whether advantages are divided by the group's standard deviation.</summary>
    public bool ScaleAdvantages { get; init; } = true;

    /// <summary>Clip, KL and normalization of the loss.</summary>
    public PolicyLossOptions Loss { get; init; } = new();

    /// <summary>How completions are drawn. The policy whose ratio is clipped is always the one at temperature 1.</summary>
    public SamplingRule Sampling { get; init; } = new();

    /// <summary>AdamW.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Which updates are not made.</summary>
    public GuardOptions Guard { get; init; } = new();

    /// <summary>Seed of the prompt order and of every completion.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Rows of the largest pass where no prompt is longer than <paramref name="longestPrompt"/> tokens.</summary>
    public long MostPassRows(int longestPrompt) => MicroBatch.MostRows(
        longestPrompt + ((long)GroupSize * (MaxCompletionTokens - 1)), PromptsPerStep, MicroBatchTokens);

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        (string Key, int Value, int Least)[] counts =
        [
            ("steps", Steps, 1), ("prompts_per_step", PromptsPerStep, 1), ("group_size", GroupSize, 2),
            ("updates_per_batch", UpdatesPerBatch, 1), ("max_completion_tokens", MaxCompletionTokens, 1),
            ("micro_batch_tokens", MicroBatchTokens, 1), ("decoding_rows", DecodingRows, 1),
        ];
        foreach ((string key, int value, int least) in counts)
        {
            if (value < least)
            {
                yield return $"{key} is {value}, expected {least} or more";
            }
        }

        foreach (string problem in Sampling.Problems())
        {
            yield return "sampling." + problem;
        }

        if (Sampling.Temperature == 0)
        {
            yield return "sampling.temperature is 0, expected above 0: equal completions of a group teach nothing";
        }

        foreach (string problem in Guard.Problems())
        {
            yield return "guard." + problem;
        }

        foreach (string problem in Loss.Validate())
        {
            yield return "loss: " + problem.TrimEnd('.');
        }
    }
}
