using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>
/// The memory map of one pass over T packed tokens. What stays for a backward pass is the <see cref="ActivationMode"/>'s to
/// say. Reused from pass to pass, and grown when a pass has more tokens than any before.
/// </summary>
public sealed class Activations : IDisposable
{
    private readonly TransformerConfig _config;
    private readonly long _mostTokens;
    private Arena? _arena;

    /// <summary>A map without memory yet.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="mode">What stays for a backward pass.</param>
    /// <param name="mostTokens">The most tokens that a pass is expected to have: room to spare is not taken beyond them.</param>
    public Activations(TransformerConfig config, ActivationMode mode, long mostTokens = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _mostTokens = mostTokens;
        Mode = mode;
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerActivations())];
    }

    /// <summary>What stays for the backward pass.</summary>
    public ActivationMode Mode { get; }

    /// <summary>Tokens of the pass, T.</summary>
    public int Tokens { get; private set; }

    /// <summary>(T, C) the hidden states after the last norm, which the head reads.</summary>
    public Tensor Final { get; private set; }

    internal LayerActivations[] Layers { get; }

    /// <summary>The block whose tensors the shared set holds, where blocks share one; -1 before the first pass.</summary>
    internal int SharedHolds { get; set; } = -1;

    /// <summary>Bytes that the last <see cref="Reserve"/> laid out.</summary>
    internal long TakenBytes { get; private set; }

    internal Tensor Last { get; private set; } // (T, C) residual stream after the last block

    internal Tensor Normed { get; private set; } // (T, C) input of the projections

    internal Tensor Gated { get; private set; } // (T, F) silu(gate) * up; for a while in a backward pass its gradient

    internal Tensor DResidual { get; private set; } // (T, C)

    internal Tensor DNormed { get; private set; } // (T, C)

    internal Tensor DQueryKeyValue { get; private set; } // (T, Q)

    internal Tensor DMixed { get; private set; } // (T, H*D)

    internal Tensor DGateUp { get; private set; } // (T, 2F)

    /// <summary>Bytes that a pass over <paramref name="tokens"/> tokens takes, the padding to cache lines included.</summary>
    public static long Bytes(TransformerConfig config, long tokens, ActivationMode mode)
    {
        ArgumentNullException.ThrowIfNull(config);
        bool backward = mode != ActivationMode.Discard;
        long Rows(long width) => Arena.RoundUp(tokens * width);
        long C = Rows(config.HiddenSize), F = Rows(config.IntermediateSize), twoF = Rows(2L * config.IntermediateSize);
        long Q = Rows(config.QuerySize + (2L * config.KeyValueSize)), mixed = Rows(config.QuerySize);
        long inputs = backward ? C * (config.Layers + 1) : C; // the last block's output is one more
        long block = (config.QueryKeyNorm ? 2 * Q : Q) + mixed + C + twoF;
        long blocks = mode == ActivationMode.Keep ? block * config.Layers : block;
        long scratch = (2 * C) + F;
        long gradients = backward ? (2 * C) + Q + mixed + twoF : 0;
        return sizeof(float) * (inputs + blocks + scratch + gradients);
    }

    /// <summary>Lays the tensors out for a pass over <paramref name="tokens"/> tokens; earlier contents are void.</summary>
    public void Reserve(int tokens)
    {
        Tokens = tokens;
        TakenBytes = 0;
        SharedHolds = -1;
        bool backward = Mode != ActivationMode.Discard;
        Grow(tokens);
        int C = _config.HiddenSize, F = _config.IntermediateSize, mixed = _config.QuerySize;
        int Q = _config.QuerySize + (2 * _config.KeyValueSize);
        for (int i = 0; i < Layers.Length; i++)
        {
            LayerActivations layer = Layers[i];
            layer.Input = i == 0 || backward ? Rows(C) : Layers[0].Input;
            if (i > 0 && Mode != ActivationMode.Keep)
            {
                layer.Share(Layers[0]);
                continue;
            }

            layer.QueryKeyValue = Rows(Q);
            layer.RawQueryKeyValue = _config.QueryKeyNorm ? Rows(Q) : default;
            layer.Mixed = Rows(mixed);
            layer.Middle = Rows(C);
            layer.GateUp = Rows(2 * F);
        }

        Last = backward ? Rows(C) : Layers[0].Input;
        Normed = Rows(C);
        Final = Rows(C);
        Gated = Rows(F);
        if (backward)
        {
            DResidual = Rows(C);
            DNormed = Rows(C);
            DQueryKeyValue = Rows(Q);
            DMixed = Rows(mixed);
            DGateUp = Rows(2 * F);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena?.Dispose();

    // A quarter more than asked for, so that slowly growing passes do not each ask the system for memory.
    private void Grow(int tokens)
    {
        if (_arena is null || _arena.Capacity * sizeof(float) < Bytes(_config, tokens, Mode))
        {
            _arena?.Dispose();
            long room = Math.Max(tokens, Math.Min(tokens + (tokens / 4L), _mostTokens));
            _arena = new Arena(Bytes(_config, room, Mode) / sizeof(float));
        }

        _arena.Reset();
    }

    private Tensor Rows(int width)
    {
        Tensor tensor = _arena!.Take((long)Tokens * width);
        TakenBytes += Arena.RoundUp(tensor.Length) * sizeof(float);
        return tensor;
    }
}
