namespace Hone.Engine.Model;

/// <summary>What a model is for, and so in which forms it holds its matrices. Forward passes have the same bits either way.</summary>
public enum ModelUse
{
    /// <summary>As values that gradients update, and packed for the products: two copies.</summary>
    Training,

    /// <summary>Packed only, in one copy, which also serves the embedding of a tied model. Never changed, never saved.</summary>
    Inference,
}
