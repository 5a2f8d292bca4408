namespace Hone.Engine.Model.Lora;

/// <summary>The projections of a block that can be adapted.</summary>
public enum LoraTarget
{
    /// <summary>Queries.</summary>
    Query,

    /// <summary>Keys.</summary>
    Key,

    /// <summary>Values.</summary>
    Value,

    /// <summary>Attention's output.</summary>
    Output,

    /// <summary>The gate of the feed-forward layer.</summary>
    Gate,

    /// <summary>What the gate is multiplied with.</summary>
    Up,

    /// <summary>The way back to the residual stream.</summary>
    Down,
}

/// <summary>The names that PEFT's files have for the projections.</summary>
public static class LoraTargets
{
    /// <summary>What stands for every projection.</summary>
    public const string AllName = "all-linear";

    /// <summary>Every projection.</summary>
    public static IReadOnlyList<LoraTarget> All { get; } = Enum.GetValues<LoraTarget>();

    /// <summary>All names, in the order of <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(NameOf)];

    /// <summary>The name of a projection's module, such as `q_proj`.</summary>
    public static string NameOf(LoraTarget target) => target switch
    {
        LoraTarget.Query => "q_proj",
        LoraTarget.Key => "k_proj",
        LoraTarget.Value => "v_proj",
        LoraTarget.Output => "o_proj",
        LoraTarget.Gate => "gate_proj",
        LoraTarget.Up => "up_proj",
        _ => "down_proj",
    };

    /// <summary>The projection of a name, or null.</summary>
    public static LoraTarget? Find(string name)
    {
        foreach (LoraTarget target in All)
        {
            if (NameOf(target) == name)
            {
                return target;
            }
        }

        return null;
    }
}

/// <summary>The products of a block: projections that read the same input are one.</summary>
internal enum LoraSite
{
    QueryKeyValue,
    Output,
    GateUp,
    Down,
}
