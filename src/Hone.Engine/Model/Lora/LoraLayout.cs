using Hone.Engine.Memory;

namespace Hone.Engine.Model.Lora;

/// <summary>One adapted projection, and where its A and B stand in the matrices of its site.</summary>
/// <param name="Name">Name of the projection, such as `model.layers.0.self_attn.q_proj`.</param>
/// <param name="Site">The matrices.</param>
/// <param name="FirstRank">First of the projection's r rows of the site's A, and of its r columns of the site's B.</param>
/// <param name="FirstOutput">First of its rows of the site's B.</param>
/// <param name="Outputs">Its rows of the site's B.</param>
/// <param name="Rank">r.</param>
public sealed record LoraModule(string Name, LoraMatrices Site, int FirstRank, int FirstOutput, int Outputs, int Rank)
{
    /// <summary>Columns of A.</summary>
    public int Inputs => Site.Inputs;
}

/// <summary>
/// The adapters of projections that read the same input and so are one product: the A of each below the other, (R, in), and
/// the B of each in a block of its own on the way down, (out, R), with zeros beside the blocks that stay zeros. So two
/// products adapt them all, and no rows have to be copied apart.
/// </summary>
public sealed class LoraMatrices
{
    internal LoraMatrices(ParameterInfo a, ParameterInfo b)
    {
        A = a;
        B = b;
    }

    /// <summary>(R, in).</summary>
    public ParameterInfo A { get; }

    /// <summary>(out, R).</summary>
    public ParameterInfo B { get; }

    /// <summary>The ranks of all its projections together, R.</summary>
    public int Ranks => A.Shape[0];

    /// <summary>Columns of A.</summary>
    public int Inputs => A.Shape[1];

    /// <summary>Rows of B, those of projections that are not adapted included.</summary>
    public int Outputs => B.Shape[0];

    /// <summary>The adapted projections, in order.</summary>
    public IReadOnlyList<LoraModule> Modules { get; internal init; } = [];
}

/// <summary>The memory map of a model's adapters.</summary>
public sealed class LoraLayout
{
    private const int SitesPerLayer = 4;

    private readonly List<ParameterInfo> _items = [];
    private readonly List<LoraModule> _modules = [];
    private readonly LoraMatrices?[] _sites;

    /// <summary>Lays out the adapters of a model of this shape.</summary>
    public LoraLayout(TransformerConfig config, LoraConfig lora)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(lora);
        Config = lora;
        _sites = new LoraMatrices?[config.Layers * SitesPerLayer];
        int C = config.HiddenSize, F = config.IntermediateSize, keyValue = config.KeyValueSize;
        for (int i = 0; i < config.Layers; i++)
        {
            string attention = $"model.layers.{i}.self_attn.", feedForward = $"model.layers.{i}.mlp.";
            Add(
                i, LoraSite.QueryKeyValue, attention, C,
                [(LoraTarget.Query, config.QuerySize), (LoraTarget.Key, keyValue), (LoraTarget.Value, keyValue)]);
            Add(i, LoraSite.Output, attention, config.QuerySize, [(LoraTarget.Output, C)]);
            Add(i, LoraSite.GateUp, feedForward, C, [(LoraTarget.Gate, F), (LoraTarget.Up, F)]);
            Add(i, LoraSite.Down, feedForward, F, [(LoraTarget.Down, C)]);
        }
    }

    /// <summary>Rank, scale and targets.</summary>
    public LoraConfig Config { get; }

    /// <summary>The matrices in order.</summary>
    public IReadOnlyList<ParameterInfo> Items => _items;

    /// <summary>The adapted projections in order.</summary>
    public IReadOnlyList<LoraModule> Modules => _modules;

    /// <summary>Floats of the block, alignment and the zeros beside the blocks of B included.</summary>
    public long Length { get; private set; }

    /// <summary>Number of trained values.</summary>
    public long Count => _modules.Sum(module => (long)module.Rank * (module.Inputs + module.Outputs));

    /// <summary>Inputs and outputs of every A and B: the matrices whose gradients are taken.</summary>
    public IEnumerable<(int Inputs, int Outputs)> Products => _items.Select(item => (item.Shape[1], item.Shape[0]));

    /// <summary>The matrices of every product by <see cref="Place"/>; null where none of its projections is adapted.</summary>
    internal IReadOnlyList<LoraMatrices?> Sites => _sites;

    /// <summary>The number of a product in the model.</summary>
    internal static int Place(int layer, LoraSite site) => (layer * SitesPerLayer) + (int)site;

    private void Add(int layer, LoraSite site, string prefix, int inputs, (LoraTarget Target, int Outputs)[] parts)
    {
        int adapted = parts.Count(part => Config.Targets.Contains(part.Target));
        if (adapted == 0)
        {
            return;
        }

        int ranks = adapted * Config.Rank, outputs = parts.Sum(part => part.Outputs), firstRank = 0, firstOutput = 0;
        var modules = new List<LoraModule>();
        var matrices = new LoraMatrices(Take($"{prefix}{site}.A", ranks, inputs), Take($"{prefix}{site}.B", outputs, ranks))
        {
            Modules = modules,
        };
        foreach ((LoraTarget target, int rows) in parts)
        {
            if (Config.Targets.Contains(target))
            {
                modules.Add(new LoraModule(
                    prefix + LoraTargets.NameOf(target), matrices, firstRank, firstOutput, rows, Config.Rank));
                firstRank += Config.Rank;
            }

            firstOutput += rows;
        }

        _modules.AddRange(modules);
        _sites[Place(layer, site)] = matrices;
    }

    private ParameterInfo Take(string name, params int[] shape)
    {
        Length = Arena.RoundUp(Length);
        var item = new ParameterInfo(name, shape, Length);
        _items.Add(item);
        Length += item.Length;
        return item;
    }
}
