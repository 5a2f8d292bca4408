using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>What one block leaves for its backward pass.</summary>
internal sealed class LayerActivations
{
    public Tensor Input { get; set; } // (T, C) residual stream before the block

    public Tensor QueryKeyValue { get; set; } // (T, Q) as attention reads them, after norm and rotation

    public Tensor RawQueryKeyValue { get; set; } // (T, Q) before the query and key norms, where the model has them

    public Tensor Mixed { get; set; } // (T, H*D) attention's output

    public Tensor Middle { get; set; } // (T, C) residual stream between attention and feed-forward

    public Tensor GateUp { get; set; } // (T, 2F)

    /// <summary>Takes another block's tensors for its own, but for the input.</summary>
    public void Share(LayerActivations other)
    {
        QueryKeyValue = other.QueryKeyValue;
        RawQueryKeyValue = other.RawQueryKeyValue;
        Mixed = other.Mixed;
        Middle = other.Middle;
        GateUp = other.GateUp;
    }
}
