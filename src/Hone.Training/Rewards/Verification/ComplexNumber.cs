namespace Hone.Training.Rewards.Verification;

/// <summary>A complex number of two reals.</summary>
internal readonly record struct ComplexNumber(RealNumber Real, RealNumber Imaginary)
{
    internal static ComplexNumber I => new(0, 1);

    internal bool IsDefined => Real.IsDefined && Imaginary.IsDefined;

    internal bool IsReal => Imaginary.IsZero;

    /// <summary>The value where it is an exact real, else undefined.</summary>
    internal Rational Exact => IsReal ? Real.Exact : default;

    public static implicit operator ComplexNumber(RealNumber value) => new(value, 0);

    public static implicit operator ComplexNumber(Rational value) => new(new RealNumber(value), 0);
}
