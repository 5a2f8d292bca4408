using Hone.Engine.Model;

namespace Hone.Cli.Configuration;

/// <summary>The `memory` section: what passes keep, and how much a run may take.</summary>
/// <param name="Activations">The mode asked for; null leaves it to the plan.</param>
/// <param name="LimitGib">GiB that the run may take; 0 is all that the machine has.</param>
internal sealed record MemorySettings(ActivationMode? Activations, double LimitGib)
{
    public static MemorySettings Read(ConfigSection section)
    {
        string mode = section.Choice("activations", "auto", "auto", "keep", "recompute");
        double limit = section.Number("limit_gib", 0);
        if (limit < 0)
        {
            section.Report([$"limit_gib is {limit}, expected 0 (all that the machine has) or more"]);
        }

        return new MemorySettings(mode == "auto" ? null : Enum.Parse<ActivationMode>(mode, ignoreCase: true), limit);
    }
}
