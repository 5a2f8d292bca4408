using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Training.Planning;

/// <summary>What part of a run takes how many bytes.</summary>
/// <param name="Name">In a word or three.</param>
/// <param name="Bytes">At most.</param>
public readonly record struct MemoryPart(string Name, long Bytes);

/// <summary>
/// The memory of a training run at its worst, part by part, known before it starts. Model, gradients, moments, activations
/// and cache are exact; what the kernels take beside them is an estimate from above.
/// </summary>
/// <param name="Mode">What passes keep for their backward pass.</param>
/// <param name="Parts">The parts.</param>
public sealed record MemoryPlan(ActivationMode Mode, IReadOnlyList<MemoryPart> Parts)
{
    /// <summary>Name of the part that <see cref="Mode"/> decides on.</summary>
    public const string ActivationsPart = "activations";

    /// <summary>Name of the part that sampling takes.</summary>
    public const string CachePart = "key/value cache";

    /// <summary>Name of the part that low-rank adapters take, their gradients and moments apart.</summary>
    public const string AdaptersPart = "adapters";

    /// <summary>All parts together, in bytes.</summary>
    public long Total => Parts.Sum(part => part.Bytes);

    /// <summary>The bytes of a part; 0 where the run has none.</summary>
    public long this[string name] => Parts.FirstOrDefault(part => part.Name == name).Bytes;

    /// <summary>Keeps activations where they fit into <paramref name="available"/> bytes, else recomputes them, fit or not.</summary>
    public static MemoryPlan Choose(MemoryNeeds needs, long available)
    {
        MemoryPlan keep = For(needs, ActivationMode.Keep);
        return keep.Total <= available ? keep : For(needs, ActivationMode.Recompute);
    }

    /// <summary>The plan in a given mode.</summary>
    public static MemoryPlan For(MemoryNeeds needs, ActivationMode mode)
    {
        ArgumentNullException.ThrowIfNull(needs);
        TransformerConfig config = needs.Config;
        long values = sizeof(float) * Arena.RoundUp(new ParameterLayout(config).Length);
        long packed = Transformer.PackedBytes(config, transposed: false);
        LoraLayout? adapters = needs.Lora is { } lora ? new LoraLayout(config, lora) : null;
        long trained = adapters is null ? values : sizeof(float) * Arena.RoundUp(adapters.Length);
        List<MemoryPart> parts =
        [
            new("parameters", values),
            new("packed weights", packed + Transformer.PackedBytes(config, transposed: true)),
        ];
        if (adapters is not null)
        {
            parts.Add(new(AdaptersPart, trained + LoraAdapters.MostBytes(adapters, trained: true, MostTokens(needs))));
        }

        parts.Add(new("gradients", trained));
        parts.Add(new("optimizer", 2 * trained));
        if (needs.Reference)
        {
            parts.Add(new("reference model", needs.ReferenceMerged ? values + packed : Transformer.InferenceBytes(config)));
        }

        parts.Add(new(ActivationsPart, Activations.Bytes(config, needs.PassTokens, mode)));
        if (needs.Rollouts is { } rollouts)
        {
            parts.Add(new(CachePart, CacheBytes(config, rollouts) + DecodingBytes(config, rollouts)));
        }

        if (needs.HeldOut is { } heldOut)
        {
            parts.Add(new("held-out evaluation", CacheBytes(config, heldOut) + DecodingBytes(config, heldOut)));
        }

        parts.Add(new("logits and scratch", ScratchBytes(needs, adapters)));
        return new MemoryPlan(mode, parts);
    }

    // A completion also holds its prompt's broken block.
    private static long CacheBytes(TransformerConfig config, RolloutNeeds rollouts)
    {
        long blocks = (rollouts.PromptSlots * KeyValueCache.Blocks(rollouts.LongestPrompt))
            + (rollouts.CompletionSlots * KeyValueCache.Blocks(rollouts.LongestCompletion + KeyValueCache.BlockTokens - 1L));
        return KeyValueCache.Bytes(config.Layers, Heads(config), blocks);
    }

    // Activations of the widest decoding step or of the largest pass over prompts, and a quarter more to grow into; the last
    // hidden state of each prompt, and those that a step draws from.
    private static long DecodingBytes(TransformerConfig config, RolloutNeeds rollouts)
    {
        long tokens = DecodingTokens(rollouts);
        return Activations.Bytes(config, tokens + (tokens / 4), ActivationMode.Discard)
            + (sizeof(float) * rollouts.PromptSlots * Arena.RoundUp(config.HiddenSize))
            + GrowingTensor.MostBytes((long)rollouts.CompletionSlots * config.HiddenSize);
    }

    private static long DecodingTokens(RolloutNeeds rollouts)
    {
        long prompts = Math.Min((long)rollouts.PromptSlots * rollouts.LongestPrompt, Math.Max(Decoder.PrefillTokens, rollouts.LongestPrompt));
        return Math.Max(prompts, rollouts.CompletionSlots);
    }

    private static long MostTokens(MemoryNeeds needs) =>
        new[] { needs.Rollouts, needs.HeldOut }.OfType<RolloutNeeds>().Select(DecodingTokens).Append(needs.PassTokens).Max();

    private static long ScratchBytes(MemoryNeeds needs, LoraLayout? adapters)
    {
        TransformerConfig config = needs.Config;
        var sizes = new ScratchSizes
        {
            Hidden = config.HiddenSize, FeedForward = config.IntermediateSize, Vocabulary = config.VocabularySize,
            Heads = Heads(config), Parameters = adapters?.Length ?? new ParameterLayout(config).Length,
            TrainedMatrices = adapters is null ? null : [.. adapters.Products.Distinct()], PassTokens = needs.PassTokens,
            LongestSequence = Math.Max(needs.LongestSequence, (needs.HeldOut?.LongestPrompt + needs.HeldOut?.LongestCompletion - 1) ?? 0),
            Samples = needs.Rollouts is not null || needs.HeldOut is not null,
        };
        return Kernels.MostScratchBytesOnCpu(sizes, needs.Threads);
    }

    private static HeadShape Heads(TransformerConfig config) => new(config.Heads, config.KeyValueHeads, config.HeadSize);
}
