using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>
/// The memory map of one pass over T packed tokens. Kept for backward, every block has its own tensors; otherwise all
/// blocks share one set. Reused from pass to pass, and grown when a pass has more tokens than any before.
/// </summary>
public sealed class Activations : IDisposable
{
    private readonly TransformerConfig _config;
    private readonly GrowingTensor _memory = new();
    private Tensor _block;
    private long _taken;

    /// <summary>A map without memory yet.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="keep">Whether a backward pass will follow.</param>
    public Activations(TransformerConfig config, bool keep)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        Keep = keep;
        Layers = new LayerActivations[config.Layers];
        for (int i = 0; i < config.Layers; i++)
        {
            Layers[i] = keep || i == 0 ? new LayerActivations() : Layers[0];
        }
    }

    /// <summary>Whether each block's activations stay for the backward pass.</summary>
    public bool Keep { get; }

    /// <summary>Tokens of the pass, T.</summary>
    public int Tokens { get; private set; }

    /// <summary>(T, C) the hidden states after the last norm, which the head reads.</summary>
    public Tensor Final { get; private set; }

    internal LayerActivations[] Layers { get; }

    internal Tensor Last { get; private set; } // (T, C) residual stream after the last block

    internal Tensor Normed { get; private set; } // (T, C) input of the projections

    internal Tensor Gated { get; private set; } // (T, F) silu(gate) * up

    internal Tensor DResidual { get; private set; } // (T, C)

    internal Tensor DNormed { get; private set; } // (T, C)

    internal Tensor DQueryKeyValue { get; private set; } // (T, Q)

    internal Tensor DMixed { get; private set; } // (T, H*D)

    internal Tensor DGateUp { get; private set; } // (T, 2F)

    internal Tensor DGated { get; private set; } // (T, F)

    /// <summary>Bytes that a pass over <paramref name="tokens"/> tokens takes.</summary>
    public static long Bytes(TransformerConfig config, int tokens, bool keep)
    {
        ArgumentNullException.ThrowIfNull(config);
        long C = config.HiddenSize, F = config.IntermediateSize, mixed = config.QuerySize;
        long Q = config.QuerySize + (2L * config.KeyValueSize);
        long layer = (2 * C) + (Q * (config.QueryKeyNorm ? 2 : 1)) + mixed + (2 * F);
        long shared = (3 * C) + F;
        long gradients = (2 * C) + Q + mixed + (3 * F);
        return sizeof(float) * tokens * ((layer * (keep ? config.Layers : 1)) + shared + (keep ? gradients : 0));
    }

    /// <summary>Lays the tensors out for a pass over <paramref name="tokens"/> tokens; earlier contents are void.</summary>
    public void Reserve(int tokens)
    {
        Tokens = tokens;
        int tensors = (7 * Layers.Length) + 16;
        _block = _memory.Take((Bytes(_config, tokens, Keep) / sizeof(float)) + (tensors * 16L));
        _taken = 0;
        int C = _config.HiddenSize, F = _config.IntermediateSize, mixed = _config.QuerySize;
        int Q = _config.QuerySize + (2 * _config.KeyValueSize);
        for (int i = 0; i < (Keep ? Layers.Length : 1); i++)
        {
            LayerActivations layer = Layers[i];
            layer.Input = Rows(C);
            layer.QueryKeyValue = Rows(Q);
            layer.RawQueryKeyValue = _config.QueryKeyNorm ? Rows(Q) : default;
            layer.Mixed = Rows(mixed);
            layer.Middle = Rows(C);
            layer.GateUp = Rows(2 * F);
        }

        Last = Keep ? Rows(C) : Layers[0].Input;
        Normed = Rows(C);
        Final = Rows(C);
        Gated = Rows(F);
        if (Keep)
        {
            DResidual = Rows(C);
            DNormed = Rows(C);
            DQueryKeyValue = Rows(Q);
            DMixed = Rows(mixed);
            DGateUp = Rows(2 * F);
            DGated = Rows(F);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private Tensor Rows(int width)
    {
        long length = (long)Tokens * width;
        Tensor tensor = _block.Slice(_taken, length);
        _taken += Arena.RoundUp(length);
        return tensor;
    }
}

/// <summary>What one block leaves for its backward pass.</summary>
internal sealed class LayerActivations
{
    public Tensor Input { get; set; } // (T, C) residual stream before the block

    public Tensor QueryKeyValue { get; set; } // (T, Q) as attention reads them, after norm and rotation

    public Tensor RawQueryKeyValue { get; set; } // (T, Q) before the query and key norms, where the model has them

    public Tensor Mixed { get; set; } // (T, H*D) attention's output

    public Tensor Middle { get; set; } // (T, C) residual stream between attention and feed-forward

    public Tensor GateUp { get; set; } // (T, 2F)
}
