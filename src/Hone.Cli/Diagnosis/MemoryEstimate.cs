using System.Globalization;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Inference;
using Hone.Training.Grpo;
using Hone.Training.Planning;

namespace Hone.Cli.Diagnosis;

/// <summary>What a job on a model takes of memory at its worst.</summary>
/// <param name="Job">The job and its sizes.</param>
/// <param name="Bytes">At most.</param>
internal sealed record MemoryEstimate(string Job, long Bytes)
{
    private const int UsualPrompt = 512;

    /// <summary>Scoring in both weight formats, and full training with the default batch.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="threads">Threads of the kernels.</param>
    /// <param name="available">Bytes that the machine has.</param>
    public static IReadOnlyList<MemoryEstimate> Of(TransformerConfig config, int threads, long available) =>
    [
        new("score, f32 weights", Scoring(config, WeightFormat.F32, threads)),
        new("score, bf16 weights", Scoring(config, WeightFormat.BF16, threads)),
        Training(config, threads, available),
    ];

    // Scoring cuts its passes to this size, but takes a longer text whole.
    private static long Scoring(TransformerConfig config, WeightFormat format, int threads)
    {
        var parameters = new ParameterLayout(config);
        var sizes = new ScratchSizes
        {
            Hidden = config.HiddenSize, FeedForward = config.IntermediateSize, Vocabulary = config.VocabularySize,
            Heads = new HeadShape(config.Heads, config.KeyValueHeads, config.HeadSize), Parameters = parameters.Length,
            PassTokens = LocalModel.PassTokens, LongestSequence = Math.Min(LocalModel.PassTokens, config.MaxPositions),
        };
        return Transformer.InferenceBytes(config, format)
            + Activations.Bytes(config, LocalModel.PassTokens, ActivationMode.Discard)
            + Kernels.MostScratchBytesOnCpu(sizes, threads);
    }

    private static MemoryEstimate Training(TransformerConfig config, int threads, long available)
    {
        var defaults = new GrpoOptions();
        int completion = Math.Max(1, Math.Min(defaults.MaxCompletionTokens, config.MaxPositions / 2));
        int prompt = Math.Max(1, Math.Min(UsualPrompt, config.MaxPositions - completion));
        GrpoOptions options = defaults with { MaxCompletionTokens = completion };
        MemoryPlan plan = MemoryPlan.Choose(MemoryNeeds.Of(config, options, prompt, threads), available);
        string mode = plan.Mode == ActivationMode.Keep ? "activations kept" : "activations recomputed";
        return new MemoryEstimate(
            string.Create(
                CultureInfo.InvariantCulture,
                $"train, {options.PromptsPerStep} x {options.GroupSize} completions of {completion}, prompts of {prompt}, {mode}"),
            plan.Total);
    }
}
