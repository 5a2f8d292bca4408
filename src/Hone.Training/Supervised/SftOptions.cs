using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Optimization;

namespace Hone.Training.Supervised;

/// <summary>Settings of supervised training.</summary>
public sealed record SftOptions
{
    /// <summary>Updates.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Rows per update.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Most rows of tokens in one pass; more are taken in several passes with the same result.</summary>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>What a pass keeps for its backward pass; not <see cref="ActivationMode.Discard"/>.</summary>
    public ActivationMode Activations { get; init; } = ActivationMode.Keep;

    /// <summary>AdamW.</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 1e-5 };

    /// <summary>Seed of the row order.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Rows of the largest pass over these rows of the data set.</summary>
    public long MostPassRows(IReadOnlyList<TokenGroup> rows) =>
        MicroBatch.MostRows(rows.Max(row => row.Rows), BatchSize, MicroBatchTokens);

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        if (Steps < 1 || BatchSize < 1 || MicroBatchTokens < 1)
        {
            yield return
                $"steps, batch_size and micro_batch_tokens are {Steps}, {BatchSize} and {MicroBatchTokens}, expected 1 or more";
        }

        foreach (string problem in Optimizer.Problems())
        {
            yield return "optimizer." + problem;
        }
    }
}
