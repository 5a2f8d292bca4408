using Hone.Training.Grpo;

namespace Hone.Cli.Configuration;

/// <summary>The `guard` section: updates that are not made for their numbers.</summary>
internal static class GuardSettings
{
    public static GuardOptions Read(ConfigSection section, GuardOptions defaults) => new()
    {
        NonFinite = Response(section, "non_finite", defaults.NonFinite),
        Spike = section.Number("spike", defaults.Spike),
        OnSpike = Response(section, "on_spike", defaults.OnSpike),
    };

    private static FaultResponse Response(ConfigSection section, string key, FaultResponse fallback) =>
        section.Choice(key, fallback == FaultResponse.Skip ? "skip" : "stop", "stop", "skip") == "skip"
            ? FaultResponse.Skip
            : FaultResponse.Stop;
}
