namespace Hone.Training.Tests.Testing;

/// <summary>How far a result in float may be from what it should be; each says what was measured.</summary>
internal static class Tolerance
{
    /// <summary>A two-layer network's gradient against PyTorch in double, of the tensor's largest; measured worst 0.</summary>
    public const double GradientFloat = 1e-3;

    /// <summary>The loss of a two-layer network in float, absolute; measured worst 0.</summary>
    public const double LossFloat = 1e-3;

    /// <summary>Loss differences along a random direction, of gradient norm times step; measured worst 0.</summary>
    public const double Directional = 1;

    /// <summary>A sum of some hundred floats in another order, of the tensor's largest; measured worst 0.</summary>
    public const double OtherOrder = 1e-3;

    /// <summary>AdamW in float against the formula in double, of the update made so far; measured worst 0.</summary>
    public const double AdamW = 1e-3;

    /// <summary>A handful of operations in double.</summary>
    public const double Rounding = 1e-12;
}
