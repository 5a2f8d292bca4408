using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Batches;
using Hone.Training.Grpo;
using Hone.Training.Supervised;

namespace Hone.Training.Planning;

/// <summary>The sizes that decide how much memory a training run takes, at its worst.</summary>
public sealed record MemoryNeeds
{
    /// <summary>The model's shape.</summary>
    public required TransformerConfig Config { get; init; }

    /// <summary>Threads of the kernels, each with scratch of its own.</summary>
    public required int Threads { get; init; }

    /// <summary>The adapters that are trained in place of the model, or null.</summary>
    public LoraConfig? Lora { get; init; }

    /// <summary>Whether a frozen reference model is held too.</summary>
    public bool Reference { get; init; }

    /// <summary>Whether adapters are merged into the reference, which then is held as a model for training is.</summary>
    public bool ReferenceMerged { get; init; }

    /// <summary>Tokens of the largest pass with a backward pass.</summary>
    public long PassTokens { get; init; }

    /// <summary>Tokens of the longest sequence, a completion with its prompt.</summary>
    public int LongestSequence { get; init; }

    /// <summary>What sampling takes, where the run samples.</summary>
    public RolloutNeeds? Rollouts { get; init; }

    /// <summary>What sampling for held-out evaluations takes, where the run has them.</summary>
    public RolloutNeeds? HeldOut { get; init; }

    /// <summary>The needs of a GRPO run whose longest prompt has <paramref name="longestPrompt"/> tokens.</summary>
    public static MemoryNeeds Of(
        TransformerConfig config, GrpoOptions options, int longestPrompt, int threads, LoraConfig? lora = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MemoryNeeds
        {
            Config = config,
            Threads = threads,
            Lora = lora,
            Reference = options.Loss.KlCoefficient > 0 && lora is null,
            PassTokens = options.MostPassRows(longestPrompt),
            LongestSequence = longestPrompt + options.MaxCompletionTokens - 1,
            Rollouts = new RolloutNeeds(
                options.PromptsPerStep, options.GroupSize, options.DecodingRows, longestPrompt, options.MaxCompletionTokens),
        };
    }

    /// <summary>The needs of supervised training on tokenised rows.</summary>
    public static MemoryNeeds Of(
        TransformerConfig config, SftOptions options, IReadOnlyList<TokenGroup> rows, int threads, LoraConfig? lora = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MemoryNeeds
        {
            Config = config,
            Threads = threads,
            Lora = lora,
            PassTokens = options.MostPassRows(rows),
            LongestSequence = rows.Max(row => row.Rows),
        };
    }
}

/// <summary>The sizes of sampling.</summary>
/// <param name="Prompts">Prompts of a batch.</param>
/// <param name="GroupSize">Completions of each.</param>
/// <param name="Rows">Completions decoded side by side.</param>
/// <param name="LongestPrompt">In tokens.</param>
/// <param name="LongestCompletion">In tokens.</param>
public sealed record RolloutNeeds(int Prompts, int GroupSize, int Rows, int LongestPrompt, int LongestCompletion)
{
    /// <summary>Completions in the cache at a time.</summary>
    public int CompletionSlots => (int)Math.Min(Rows, (long)Prompts * GroupSize);

    /// <summary>Prompts in the cache at a time.</summary>
    public int PromptSlots => Math.Min(CompletionSlots, Prompts);
}
