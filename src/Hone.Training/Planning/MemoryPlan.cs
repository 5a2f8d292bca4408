using Hone.Engine.Memory;
using Hone.Engine.Model;

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

    private const int CacheBlockTokens = 16;
    private const int PrefillTokens = 4096;

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
        List<MemoryPart> parts =
        [
            new("parameters", values),
            new("packed weights", packed + Transformer.PackedBytes(config, transposed: true)),
            new("gradients", values),
            new("optimizer", 2 * values),
        ];
        if (needs.Reference)
        {
            parts.Add(new("reference model", values + packed));
        }

        parts.Add(new(ActivationsPart, Activations.Bytes(config, needs.PassTokens, mode)));
        if (needs.Rollouts is { } rollouts)
        {
            parts.Add(new(CachePart, CacheBytes(config, rollouts) + DecodingBytes(config, rollouts)));
        }

        parts.Add(new("logits and scratch", ScratchBytes(needs)));
        return new MemoryPlan(mode, parts);
    }

    // Whole blocks of tokens; a completion also holds its prompt's broken block.
    private static long CacheBytes(TransformerConfig config, RolloutNeeds rollouts)
    {
        long blocks = (rollouts.PromptSlots * Blocks(rollouts.LongestPrompt))
            + (rollouts.CompletionSlots * Blocks(rollouts.LongestCompletion + CacheBlockTokens - 1L));
        long valueColumns = Blocks(config.HeadSize) * CacheBlockTokens;
        long block = CacheBlockTokens * (config.HeadSize + valueColumns);
        return sizeof(float) * config.Layers * blocks * config.KeyValueHeads * block;
    }

    // Activations of the widest decoding step or of the largest pass over prompts, and a quarter more to grow into.
    private static long DecodingBytes(TransformerConfig config, RolloutNeeds rollouts)
    {
        long prompts = Math.Min((long)rollouts.PromptSlots * rollouts.LongestPrompt, Math.Max(PrefillTokens, rollouts.LongestPrompt));
        long tokens = Math.Max(prompts, rollouts.CompletionSlots);
        return Activations.Bytes(config, tokens + (tokens / 4), ActivationMode.Discard);
    }

    // From above: logits of one chunk of rows, the two operands of a weight gradient in the order of the product, each thread's
    // keys, values and their gradients in attention, and a quarter more to grow into.
    private static long ScratchBytes(MemoryNeeds needs)
    {
        const long LogitBudget = 4 << 20, FewestRows = 24, MostRows = 1024, Operands = 512 * 1024, FewestTokens = 512, Queries = 24;
        TransformerConfig config = needs.Config;
        long C = config.HiddenSize, V = config.VocabularySize, D = config.HeadSize;
        long chunk = Math.Clamp(LogitBudget / V, FewestRows, MostRows);
        long logits = chunk * (V + C);
        long widest = C + Math.Max(2L * config.IntermediateSize, config.QuerySize + (2L * config.KeyValueSize));
        long operands = Math.Max(
            widest * Math.Min(needs.PassTokens, Math.Max(FewestTokens, Operands / widest)),
            (C + V) * Math.Min(chunk, Math.Max(FewestTokens, Operands / (C + V))));
        long padded = Blocks(needs.LongestSequence) * CacheBlockTokens, columns = Blocks(D) * CacheBlockTokens;
        long attention = (padded * ((2 * D) + (4 * columns) + (2 * Queries))) + (2 * Queries * columns);
        long floats = logits + operands + (needs.Threads * Math.Max(attention, 2 * V)) + (needs.PassTokens * config.Heads);
        return sizeof(float) * (floats + (floats / 4));
    }

    private static long Blocks(long tokens) => (tokens + CacheBlockTokens - 1) / CacheBlockTokens;
}
