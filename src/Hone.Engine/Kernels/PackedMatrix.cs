using Hone.Engine.Memory;

namespace Hone.Engine.Kernels;

/// <summary>
/// A weight matrix W (O, I) in the order in which y = x W^T reads it: panels of 16 outputs, each panel (I, 16) contiguous,
/// the last one padded with zeros. Packed once per update and read by every product until the next.
/// </summary>
public sealed class PackedMatrix : IDisposable
{
    /// <summary>Outputs in a panel.</summary>
    public const int PanelWidth = 16;

    private readonly Arena _arena;

    /// <summary>Reserves room for a matrix of <paramref name="outputs"/> by <paramref name="inputs"/>.</summary>
    public PackedMatrix(int outputs, int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        Outputs = outputs;
        Inputs = inputs;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        long length = (long)Panels * inputs * PanelWidth;
        _arena = new Arena(length);
        Data = _arena.Take(length);
    }

    /// <summary>Rows of W.</summary>
    public int Outputs { get; }

    /// <summary>Columns of W.</summary>
    public int Inputs { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    internal Tensor Data { get; } // (Panels, I, 16)

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}
