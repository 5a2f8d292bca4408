using Hone.Engine.Memory;

namespace Hone.Engine.Kernels;

/// <summary>
/// A weight matrix W (O, I) in the order in which y = x W^T reads it: panels of 16 outputs, each panel (I, 16) contiguous,
/// the last one padded with zeros. Packed once per update and read by every product until the next.
/// </summary>
public sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs in a panel.</summary>
    public const int PanelWidth = 16;

    private readonly Arena _arena;
    private readonly Tensor _data;

    /// <summary>Reserves room, unspecified until packed, for a matrix of <paramref name="outputs"/> by <paramref name="inputs"/>.</summary>
    public PackedMatrix(int outputs, int inputs, WeightFormat format = WeightFormat.F32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        Outputs = outputs;
        Inputs = inputs;
        Format = format;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        long length = Bytes(outputs, inputs, format) / sizeof(float);
        _arena = new Arena(length, zeroed: false);
        _data = _arena.Take(length);
        if (outputs % PanelWidth != 0)
        {
            long panel = length / Panels;
            _data.Slice(length - panel, panel).Clear();
        }
    }

    /// <summary>Rows of W.</summary>
    public int Outputs { get; }

    /// <summary>Columns of W.</summary>
    public int Inputs { get; }

    /// <summary>How the elements are kept.</summary>
    public WeightFormat Format { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    // (Panels, I, 16) in the one or the other format; the other pointer is null.
    internal float* Floats => Format == WeightFormat.F32 ? _data.Pointer : null;

    internal ushort* BFloats => Format == WeightFormat.BF16 ? (ushort*)_data.Pointer : null;

    /// <summary>Bytes of a packed matrix.</summary>
    public static long Bytes(long outputs, long inputs, WeightFormat format)
    {
        long elements = (outputs + PanelWidth - 1) / PanelWidth * PanelWidth * inputs;
        return elements * (format == WeightFormat.BF16 ? sizeof(ushort) : sizeof(float));
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}

/// <summary>How packed weights are kept. Products are in float either way.</summary>
public enum WeightFormat
{
    /// <summary>As they are.</summary>
    F32,

    /// <summary>
    /// Rounded to the nearest bfloat16: half the memory traffic, 8 bits of precision. Exact for weights that come from
    /// bfloat16 files.
    /// </summary>
    BF16,
}
