using Hone.Engine.Memory;

namespace Hone.Engine.Model.Lora;

/// <summary>Values in the shape of adapters: their weights, gradients or moments. What stands beside the blocks of B is zero.</summary>
public sealed class LoraParameters : ITensorSet
{
    private readonly Arena _arena;
    private readonly Dictionary<string, ParameterInfo> _byName;

    /// <summary>Reserves zeroed values.</summary>
    public LoraParameters(LoraLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _byName = layout.Items.ToDictionary(item => item.Name);
        _arena = new Arena(layout.Length);
        All = _arena.Take(layout.Length);
    }

    /// <summary>The adapters and their places.</summary>
    public LoraLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterInfo> Items => Layout.Items;

    /// <inheritdoc/>
    public Tensor All { get; }

    /// <inheritdoc/>
    public Tensor this[string name] => Of(_byName[name]);

    /// <summary>(r, in) a projection's A, in place.</summary>
    public Tensor A(LoraModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Of(module.Site.A).Slice((long)module.FirstRank * module.Inputs, (long)module.Rank * module.Inputs);
    }

    /// <summary>Row <paramref name="output"/> of a projection's B (out, r), in place.</summary>
    public Span<float> B(LoraModule module, int output)
    {
        ArgumentNullException.ThrowIfNull(module);
        long row = (long)(module.FirstOutput + output) * module.Site.Ranks;
        return Of(module.Site.B).Slice(row + module.FirstRank, module.Rank).Span;
    }

    /// <summary>Copies a projection's B (out, r), row after row.</summary>
    public float[] CopyOfB(LoraModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        float[] copy = new float[(long)module.Outputs * module.Rank];
        for (int o = 0; o < module.Outputs; o++)
        {
            B(module, o).CopyTo(copy.AsSpan(o * module.Rank));
        }

        return copy;
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    internal Tensor Of(ParameterInfo item) => All.Slice(item.Offset, item.Length);

    /// <summary>Makes zeros again of what a product has added beside the blocks of a site's B.</summary>
    internal void ClearBesideBlocks(LoraMatrices site)
    {
        int ranks = site.Ranks, next = 0;
        Span<float> values = Of(site.B).Span;
        for (int i = 0; i < site.Modules.Count; i++)
        {
            LoraModule module = site.Modules[i];
            values[(next * ranks)..(module.FirstOutput * ranks)].Clear();
            next = module.FirstOutput + module.Outputs;
            for (int row = module.FirstOutput; row < next; row++)
            {
                Span<float> columns = values.Slice(row * ranks, ranks);
                columns[..module.FirstRank].Clear();
                columns[(module.FirstRank + module.Rank)..].Clear();
            }
        }

        values[(next * ranks)..].Clear();
    }
}
