namespace Hone.Engine.Tests.Testing;

/// <summary>
/// How far a float may be from the double that it should be: at most Relative * |expected| + Scaled * scale, the scale
/// being what the test states (the sum of absolute terms, say) or else the largest expected value of the tensor.
/// </summary>
internal sealed record Tolerance(string Name, double Relative, double Scaled)
{
    // Half a unit in the last place of a float near 1.
    private const double Rounding = 1.0 / (1 << 24);

    /// <summary>The same bits.</summary>
    public static readonly Tolerance Exact = new("Exact", 0, 0);

    /// <summary>A few roundings and one exponential: 4 eps.</summary>
    public static readonly Tolerance Elementwise = new("Elementwise", 8 * Rounding, 0);

    /// <summary>
    /// As <see cref="Elementwise"/>, for sums whose terms may cancel; the scale is the sum of absolute terms.
    /// </summary>
    public static readonly Tolerance ElementwiseTerms = new("ElementwiseTerms", 0, 8 * Rounding);

    /// <summary>Double arithmetic on up to a million terms of one sign.</summary>
    public static readonly Tolerance DoubleSum = new("DoubleSum", 1e-13, 0);

    /// <summary>
    /// Softmax of scores in the thousands: a rounding of the score itself is a relative error of the weight.
    /// </summary>
    public static readonly Tolerance LargeScores = new("LargeScores", 0, 8000 * Rounding);

    /// <summary>Analytic against central differences of width 1e-4, both in double; measured worst 1.4e-9.</summary>
    public static readonly Tolerance Gradient = new("Gradient", 0, 1e-6);

    /// <summary>What comes out of a two-layer float network, of the largest; measured worst 8.4e-7.</summary>
    public static readonly Tolerance NetworkFloat = new("NetworkFloat", 0, 4e-6);

    /// <summary>A two-layer float network's gradient, of the tensor's largest; measured worst 3.3e-6.</summary>
    public static readonly Tolerance GradientFloat = new("GradientFloat", 0, 1e-5);

    /// <summary>
    /// Two float gradients whose sums over up to 150 tokens ran in another order, of the tensor's largest: sqrt(150) roundings
    /// are 7e-7, and one sum feeds the next. Measured worst 1.0e-6.
    /// </summary>
    public static readonly Tolerance ReorderedGradient = new("ReorderedGradient", 0, 4e-6);

    /// <summary>
    /// A sum of k terms in any order; the scale is the sum of absolute terms. Measured worst 0.75 sqrt(k).
    /// </summary>
    public static Tolerance Reduction(int k) => new($"Reduction({k})", 0, (2 + Math.Sqrt(k)) * Rounding);

    /// <summary>
    /// Some k-term sums, an exponential and a few roundings after each other, of the tensor's largest. Measured worst
    /// 85 %.
    /// </summary>
    public static Tolerance Composite(int k) => new($"Composite({k})", 0, 2 * (2 + Math.Sqrt(k)) * Rounding);
}
