namespace Hone.Training.Rewards.Verification;

/// <summary>A real number: exact where it is rational, else a ball; or undefined, which spreads like a NaN.</summary>
internal readonly struct RealNumber
{
    private readonly Ball? _near;

    internal RealNumber(Rational exact) => Exact = exact;

    internal RealNumber(Ball near) => _near = near;

    /// <summary>The value where it is known exactly, else undefined.</summary>
    internal Rational Exact { get; }

    internal bool IsExact => Exact.IsDefined;

    internal bool IsDefined => IsExact || _near is not null;

    internal bool IsZero => IsExact && Exact.Sign == 0;

    public static implicit operator RealNumber(int value) => new((Rational)value);

    /// <summary>The value as a ball; of a defined number.</summary>
    internal Ball Near(int bits) => _near ?? Ball.Of(Exact, bits);
}
