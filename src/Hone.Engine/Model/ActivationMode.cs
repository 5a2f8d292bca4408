namespace Hone.Engine.Model;

/// <summary>What a forward pass leaves behind, and so what its backward pass costs. Results have the same bits in every mode.</summary>
public enum ActivationMode
{
    /// <summary>Nothing: all blocks share one set of tensors. No backward pass can follow.</summary>
    Discard,

    /// <summary>Every tensor that the backward pass reads, block by block: the most memory, the least work.</summary>
    Keep,

    /// <summary>
    /// Each block's input alone; the rest of a block is computed again right before its backward pass, in tensors that all
    /// blocks share. Costs one more forward pass without the down projections (Chen et al. 2016, arXiv 1604.06174).
    /// </summary>
    Recompute,
}
