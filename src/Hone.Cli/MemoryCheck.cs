using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Planning;

namespace Hone.Cli;

/// <summary>Whether a training run fits into memory, answered before it starts.</summary>
internal static class MemoryCheck
{
    /// <summary>Refuses a model whose weights and optimizer alone do not fit, before they are loaded.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public static void Weights(TransformerConfig config, MemorySettings settings, bool reference, LoraConfig? lora = null)
    {
        var least = new MemoryNeeds { Config = config, Threads = 1, Reference = reference, Lora = lora };
        MemoryPlan plan = MemoryPlan.For(least, ActivationMode.Recompute);
        if (plan.Total > Available(settings))
        {
            throw Refusal(plan, settings, "before the first token", "use a smaller model");
        }
    }

    /// <summary>As the other, for a model folder.</summary>
    public static void Weights(string model, MemorySettings settings, bool reference, LoraConfig? lora = null) =>
        Weights(HuggingFaceConfig.Read(Models.BaseFolder(model)), settings, reference, lora);

    /// <summary>The plan of a run, with the activations that were asked for or that fit.</summary>
    /// <exception cref="UsageException">It does not fit.</exception>
    public static MemoryPlan Run(MemoryNeeds needs, MemorySettings settings)
    {
        long available = Available(settings);
        MemoryPlan plan = settings.Activations is { } mode ? MemoryPlan.For(needs, mode) : MemoryPlan.Choose(needs, available);
        if (plan.Total <= available)
        {
            return plan;
        }

        throw plan.Mode == ActivationMode.Keep
            ? Refusal(plan, settings, "with activations kept", "set memory.activations to auto")
            : Refusal(
                plan, settings, "even with activations recomputed",
                plan[MemoryPlan.CachePart] > plan[MemoryPlan.ActivationsPart]
                    ? "lower decoding_rows or max_completion_tokens"
                    : needs.Rollouts is null ? "lower micro_batch_tokens" : "lower micro_batch_tokens, max_completion_tokens or group_size");
    }

    /// <summary>Shows the plan on stderr, a line a part.</summary>
    public static void Show(CommandContext context, MemoryPlan plan, MemorySettings settings)
    {
        context.Say($"memory plan");
        foreach (MemoryPart part in plan.Parts)
        {
            string mode = part.Name == MemoryPlan.ActivationsPart ? $"  ({Name(plan.Mode)})" : "";
            context.Say($"  {part.Name,-18} {ByteText.Of(part.Bytes),10}{mode}");
        }

        context.Say($"  {"total",-18} {ByteText.Of(plan.Total),10}  of {ByteText.Of(Available(settings))} {Whose(settings)}");
    }

    private static long Available(MemorySettings settings) => settings.LimitGib > 0
        ? (long)Math.Min(settings.LimitGib * ByteText.Gib, long.MaxValue)
        : MachineMemory.Available();

    private static string Whose(MemorySettings settings) =>
        settings.LimitGib > 0 ? "that memory.limit_gib allows" : "that this machine has free";

    private static string Name(ActivationMode mode) => mode == ActivationMode.Keep ? "kept" : "recomputed";

    private static UsageException Refusal(MemoryPlan plan, MemorySettings settings, string when, string hint)
    {
        string parts = string.Join(", ", plan.Parts.Where(part => part.Bytes > 0).Select(part => $"{part.Name} {ByteText.Of(part.Bytes)}"));
        string raise = settings.LimitGib > 0 ? ", or raise memory.limit_gib" : "";
        return new UsageException(
            $"the run takes {ByteText.Of(plan.Total)} {when} ({parts}), expected at most the {ByteText.Of(Available(settings))} "
            + $"{Whose(settings)}. Hint: {hint}{raise}.");
    }
}
