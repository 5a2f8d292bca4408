using System.Text.Json.Nodes;
using Hone.Engine.Model.Lora;
using Hone.Records;

namespace Hone.Cli.Configuration;

/// <summary>The `lora` section: adapters that are trained in place of the model. Without it the whole model is trained.</summary>
internal static class LoraSettings
{
    private const string Key = "lora";

    public static LoraConfig? Read(ConfigSection config)
    {
        if (!config.Has(Key))
        {
            return null;
        }

        ConfigSection section = config.Section(Key);
        var defaults = new LoraConfig();
        var lora = new LoraConfig
        {
            Rank = section.Integer("rank", defaults.Rank),
            Alpha = section.Number("alpha", defaults.Alpha),
            Dropout = section.Number("dropout", defaults.Dropout),
            RankStabilized = section.Flag("rslora", defaults.RankStabilized),
            Targets = Targets(section),
        };
        section.Report(lora.Problems());
        return lora;
    }

    private static IReadOnlyList<LoraTarget> Targets(ConfigSection section)
    {
        const string Key = "target_modules";
        IReadOnlyList<string> names = section.List(Key);
        if (!section.Has(Key))
        {
            names = [LoraTargets.AllName];
            section.Resolved[Key] = new JsonArray(LoraTargets.AllName);
        }

        section.Report(names.Where(name => name != LoraTargets.AllName && LoraTargets.Find(name) is null).Select(Unknown));
        return names.Contains(LoraTargets.AllName) || names.Any(name => LoraTargets.Find(name) is null)
            ? LoraTargets.All
            : [.. names.Select(name => LoraTargets.Find(name)!.Value).Distinct().Order()];
    }

    private static string Unknown(string name)
    {
        string? nearest = NearestName.Of(name, LoraTargets.Names);
        return $"target_modules has {name}, expected {string.Join(", ", LoraTargets.Names)}, or {LoraTargets.AllName}"
            + (nearest is null ? "" : $". Hint: did you mean '{nearest}'?");
    }
}
