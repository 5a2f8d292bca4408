using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Records.DataSets;
using Hone.Training.Batches;
using Hone.Training.Grpo;
using Hone.Training.Optimization;
using Hone.Training.Rewards;

namespace Hone.Training.Tests.Testing;

/// <summary>The share of lower-case letters in a completion: something that a random model can learn.</summary>
internal sealed class LetterReward : IReward
{
    public string Name => "letters";

    public double Score(in RewardInput input) =>
        input.Completion.Length == 0 ? 0 : (double)input.Completion.Count(char.IsAsciiLetterLower) / input.Completion.Length;
}

/// <summary>A GRPO trainer on a tiny policy and eight prompts, with all that it needs.</summary>
internal sealed class TrainerCase : IDisposable
{
    // Rare ids besides the end token end a completion too, so that lengths differ and some are 1.
    private static readonly int[] EndTokens = [TinyPolicy.EndToken, .. Enumerable.Range(0, 16)];

    private readonly Kernels _kernels;

    public TrainerCase(
        GrpoOptions options, int threads = 1, bool tied = false, bool reference = false, IReward? reward = null,
        Func<Kernels, Transformer>? load = null, LoraConfig? lora = null)
    {
        _kernels = Kernels.OnCpu(threads);
        Policy = load?.Invoke(_kernels) ?? TinyPolicy.Make(_kernels, tied: tied);
        if (lora is not null)
        {
            var adapters = new LoraAdapters(Policy.Config, lora, _kernels);
            Policy.Adapt(adapters);
            LoraInitialization.Randomize(adapters, options.Seed);
        }

        Reference = reference ? TinyPolicy.Reference(Policy) : null;
        Trainer = new GrpoTrainer(
            Policy, Reference, TinyPolicy.Tokenizer, Prompts, new WeightedReward([new(reward ?? new LetterReward(), 1)]), EndTokens,
            options, TimeProvider.System);
    }

    /// <summary>Three steps of four groups of four.</summary>
    public static GrpoOptions Options { get; } = new()
    {
        Steps = 3, PromptsPerStep = 4, GroupSize = 4, MaxCompletionTokens = 12, DecodingRows = 64, MicroBatchTokens = 100_000,
        Optimizer = new OptimizerOptions { LearningRate = 3e-3, WeightDecay = 0.01 }, Seed = 5,
    };

    /// <summary>Prompts of 1 to 33 tokens.</summary>
    public static TrainingPrompt[] Prompts { get; } =
    [
        .. new[] { 1, 2, 7, 15, 16, 17, 32, 33 }.Select((length, i) => Prompt($"p{i}", "What is twenty-one and twenty-one?"[..length])),
    ];

    public Transformer Policy { get; }

    public Transformer? Reference { get; }

    public GrpoTrainer Trainer { get; }

    /// <summary>Makes the steps that the options ask for.</summary>
    public List<(StepMetrics Metrics, RolloutBatch Batch)> Run(int updates)
    {
        var records = new List<(StepMetrics, RolloutBatch)>();
        while (Trainer.Optimizer.Step < updates)
        {
            Trainer.Step((metrics, batch) => records.Add((metrics, batch)));
        }

        return records;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Reference?.Dispose();
        Policy.Dispose();
        _kernels.Dispose();
    }

    private static TrainingPrompt Prompt(string id, string text) => new(
        new DataRow(id, text, "42", null, null, default, 1), TextTokens.Prompt(TinyPolicy.Tokenizer, text));
}
