namespace Hone.Training.Tests.Testing;

/// <summary>How far a result in float may be from what it should be; each says what was measured, on all four kernel paths.</summary>
internal static class Tolerance
{
    /// <summary>A two-layer network's gradient against PyTorch in double, of the tensor's largest; measured worst 4.5e-6.</summary>
    public const double GradientFloat = 2e-5;

    /// <summary>The loss of a two-layer network against PyTorch in double, relative; measured worst 9.3e-7.</summary>
    public const double LossFloat = 5e-6;

    /// <summary>Loss differences in float along a random direction, of the slope that is usual along one; measured worst 5.3e-4.</summary>
    public const double Directional = 2e-3;

    /// <summary>A sum of some hundred floats in another order, of the tensor's largest; measured worst 3.2e-7.</summary>
    public const double OtherOrder = 2e-6;

    /// <summary>AdamW in float against the formula in double, of the sum of learning rates; measured worst 5.6e-6.</summary>
    public const double AdamW = 2e-5;

    /// <summary>A handful of operations in double.</summary>
    public const double Rounding = 1e-12;
}
