using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Engine.Model.Lora;

/// <summary>
/// A model's low-rank adapters: values, the panels that the products read, and the two small products that they add to each
/// product of the network, forward and backward. The scale is in the panels: forward in A's, backward in B's.
/// </summary>
public sealed class LoraAdapters : IDisposable
{
    private readonly Kernels.Kernels _kernels;
    private readonly Panels?[] _panels;
    private readonly GrowingTensor _low = new(), _dLow = new(), _masked = new(), _scaled = new();
    private Panels?[]? _transposed;
    private bool _transposedStale;

    /// <summary>Adapters of zeros; fill <see cref="Values"/>, then call <see cref="ValuesChanged"/>.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="lora">Rank, scale and targets, without problems.</param>
    /// <param name="kernels">What computes; stays the caller's.</param>
    public LoraAdapters(TransformerConfig config, LoraConfig lora, Kernels.Kernels kernels)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        _kernels = kernels;
        Config = lora;
        Values = new LoraParameters(new LoraLayout(config, lora));
        _panels = NewPanels(transposed: false);
        ValuesChanged();
    }

    /// <summary>Rank, scale and targets.</summary>
    public LoraConfig Config { get; }

    /// <summary>A and B of every adapted projection.</summary>
    public LoraParameters Values { get; }

    /// <summary>What training passes leave out of the adapters' inputs; null leaves nothing out, as sampling does.</summary>
    public LoraDropout? Dropout { get; set; }

    /// <summary>Bytes of panels and scratch held now, beside the values.</summary>
    internal long TakenBytes =>
        _panels.Concat(_transposed ?? []).OfType<Panels>().Sum(panels => panels.TakenBytes)
        + _low.Bytes + _dLow.Bytes + _masked.Bytes + _scaled.Bytes;

    /// <summary>The most bytes of panels and scratch that adapters of a shape take beside their values.</summary>
    /// <param name="layout">The adapters.</param>
    /// <param name="trained">Whether there are backward passes.</param>
    /// <param name="passTokens">Tokens of the largest pass.</param>
    public static long MostBytes(LoraLayout layout, bool trained, long passTokens)
    {
        ArgumentNullException.ThrowIfNull(layout);
        long panels = 0, ranks = 0, widest = 0, largest = 0;
        foreach (LoraMatrices site in layout.Sites.OfType<LoraMatrices>())
        {
            panels += Panels.Bytes(site, transposed: false) + (trained ? Panels.Bytes(site, transposed: true) : 0);
            ranks = Math.Max(ranks, site.Ranks);
            widest = Math.Max(widest, site.Inputs);
            largest = Math.Max(largest, Math.Max(site.A.Length, trained ? site.B.Length : 0));
        }

        long low = GrowingTensor.MostBytes(passTokens * ranks);
        long masked = layout.Config.Dropout > 0 ? GrowingTensor.MostBytes(passTokens * widest) : 0;
        return panels + GrowingTensor.MostBytes(largest) + (trained ? 2 : 1) * low + (trained ? masked : 0);
    }

    /// <summary>Packs the values for the products; to be called after every change of them.</summary>
    public void ValuesChanged()
    {
        _transposedStale = true;
        foreach (Panels? panels in _panels)
        {
            if (panels is not null)
            {
                _kernels.Pack(Scaled(panels.Site.A), panels.A);
                _kernels.Pack(Values.Of(panels.Site.B), panels.B);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Panels? panels in _panels.Concat(_transposed ?? []))
        {
            panels?.Dispose();
        }

        _low.Dispose();
        _dLow.Dispose();
        _masked.Dispose();
        _scaled.Dispose();
        Values.Dispose();
    }

    /// <summary>y (T, out) += scale * B (A x), x being (T, in).</summary>
    internal void Add(int layer, LoraSite site, Tensor x, int T, Tensor y)
    {
        int place = LoraLayout.Place(layer, site);
        if (_panels[place] is { } panels)
        {
            Tensor low = Low(panels, Kept(place, panels.Site, x, T), T);
            _kernels.MatMul(low, panels.B, default, y, T, y);
        }
    }

    /// <summary>dx (T, in) += scale * dy B A; with an empty dx nothing is added. Answers scale * dy B (T, R).</summary>
    internal Tensor AddInputGradient(int layer, LoraSite site, Tensor dy, int T, Tensor dx)
    {
        int place = LoraLayout.Place(layer, site);
        if (Transposed()[place] is not { } panels)
        {
            return default;
        }

        int inputs = panels.Site.Inputs;
        Tensor dLow = _dLow.Take((long)T * panels.Site.Ranks);
        _kernels.MatMul(dy, panels.B, default, default, T, dLow);
        if (dx.IsEmpty)
        {
            return dLow;
        }

        if (!Drops(out LoraDropout dropout))
        {
            _kernels.MatMul(dLow, panels.A, default, dx, T, dx);
            return dLow;
        }

        Tensor masked = _masked.Take((long)T * inputs);
        _kernels.MatMul(dLow, panels.A, default, default, T, masked);
        dropout.Apply(masked, T, inputs, place, Config.Dropout, masked);
        _kernels.Add(masked, dx.Slice(0, masked.Length));
        return dLow;
    }

    /// <summary>Adds to the gradients of A and B, given what <see cref="AddInputGradient"/> answered.</summary>
    internal void AddWeightGradient(
        int layer, LoraSite site, Tensor dy, Tensor dLow, Tensor x, int T, LoraParameters gradients)
    {
        int place = LoraLayout.Place(layer, site);
        if (_panels[place] is not { Site: var matrices } panels)
        {
            return;
        }

        Tensor kept = Kept(place, matrices, x, T), low = Low(panels, kept, T);
        _kernels.MatMulBackwardWeight(dy, low, T, matrices.Ranks, matrices.Outputs, gradients.Of(matrices.B));
        gradients.ClearBesideBlocks(matrices);
        _kernels.MatMulBackwardWeight(dLow, kept, T, matrices.Inputs, matrices.Ranks, gradients.Of(matrices.A));
    }

    private Tensor Low(Panels panels, Tensor x, int T)
    {
        Tensor low = _low.Take((long)T * panels.Site.Ranks);
        _kernels.MatMul(x, panels.A, default, default, T, low);
        return low;
    }

    private Tensor Kept(int place, LoraMatrices matrices, Tensor x, int T)
    {
        if (!Drops(out LoraDropout dropout))
        {
            return x;
        }

        Tensor kept = _masked.Take((long)T * matrices.Inputs);
        dropout.Apply(x, T, matrices.Inputs, place, Config.Dropout, kept);
        return kept;
    }

    private bool Drops(out LoraDropout dropout)
    {
        dropout = Dropout.GetValueOrDefault();
        return Dropout is not null && Config.Dropout > 0;
    }

    private Panels?[] Transposed()
    {
        _transposed ??= NewPanels(transposed: true);
        if (!_transposedStale)
        {
            return _transposed;
        }

        foreach (Panels? panels in _transposed)
        {
            if (panels is not null)
            {
                _kernels.PackTransposed(Values.Of(panels.Site.A), panels.A);
                _kernels.PackTransposed(Scaled(panels.Site.B), panels.B);
            }
        }

        _transposedStale = false;
        return _transposed;
    }

    private Panels?[] NewPanels(bool transposed) =>
        [.. Values.Layout.Sites.Select(site => site is null ? null : new Panels(site, transposed))];

    private Tensor Scaled(ParameterInfo item)
    {
        Tensor scaled = _scaled.Take(item.Length);
        Span<float> from = Values.Of(item).Span, to = scaled.Span;
        float scale = (float)Config.Scale;
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = scale * from[i];
        }

        return scaled;
    }

    /// <summary>A and B of a site as the products read them.</summary>
    private sealed class Panels(LoraMatrices site, bool transposed) : IDisposable
    {
        public LoraMatrices Site { get; } = site;

        public PackedMatrix A { get; } =
            transposed ? new PackedMatrix(site.Inputs, site.Ranks) : new PackedMatrix(site.Ranks, site.Inputs);

        public PackedMatrix B { get; } =
            transposed ? new PackedMatrix(site.Ranks, site.Outputs) : new PackedMatrix(site.Outputs, site.Ranks);

        public long TakenBytes => Bytes(Site, transposed);

        public static long Bytes(LoraMatrices site, bool transposed) => transposed
            ? PackedMatrix.Bytes(site.Inputs, site.Ranks, WeightFormat.F32) + PackedMatrix.Bytes(site.Ranks, site.Outputs, WeightFormat.F32)
            : PackedMatrix.Bytes(site.Ranks, site.Inputs, WeightFormat.F32) + PackedMatrix.Bytes(site.Outputs, site.Ranks, WeightFormat.F32);

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
        }
    }
}
