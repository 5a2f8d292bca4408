using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>A real number known to lie within 2^<paramref name="Error"/> of Mantissa * 2^Exponent.</summary>
/// <param name="Mantissa">Any sign.</param>
/// <param name="Exponent">Power of two.</param>
/// <param name="Error">Binary logarithm of the error bound; minus infinity where the value is exact.</param>
internal readonly record struct Ball(BigInteger Mantissa, int Exponent, double Error)
{
    internal static Ball Zero => new(BigInteger.Zero, 0, double.NegativeInfinity);

    /// <summary>The middle is below 2^Magnitude, and not below half of that.</summary>
    internal double Magnitude => Mantissa.IsZero
        ? double.NegativeInfinity
        : Exponent + (double)BigInteger.Abs(Mantissa).GetBitLength();

    /// <summary>Whether 0 may be the value.</summary>
    internal bool MayBeZero => Magnitude - 1 <= Error || Mantissa.IsZero;

    /// <summary>Binary logarithm of 2^a + 2^b.</summary>
    internal static double Sum(double a, double b)
    {
        double high = Math.Max(a, b);
        return double.IsNegativeInfinity(high) ? high : high + Math.Log2(1 + Math.Pow(2, Math.Min(a, b) - high));
    }

    internal static Ball Add(Ball a, Ball b, int bits)
    {
        int exponent = Math.Min(a.Exponent, b.Exponent);
        BigInteger sum = (a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent));
        return Rounded(sum, exponent, Sum(a.Error, b.Error), bits);
    }

    internal static Ball Multiply(Ball a, Ball b, int bits)
    {
        double error = Sum(Sum(a.Magnitude + b.Error, b.Magnitude + a.Error), a.Error + b.Error);
        return Rounded(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent, error, bits);
    }

    /// <summary>The quotient by a ball that cannot be zero.</summary>
    internal static Ball Divide(Ball a, Ball b, int bits)
    {
        int shift = Math.Max(0, bits + 2 + (int)(b.Mantissa.GetBitLength() - a.Mantissa.GetBitLength()));
        int exponent = a.Exponent - b.Exponent - shift;

        // |b| is at least 2^(magnitude - 1) - 2^error, which is half of that or more, as b is far from zero.
        double lowest = b.Magnitude - 2;
        double error = Sum(a.Error - lowest, Math.Max(a.Magnitude, a.Error) + 1 + b.Error - (2 * lowest));
        return Rounded((a.Mantissa << shift) / b.Mantissa, exponent, Sum(error, exponent), bits);
    }

    internal static Ball Of(Rational value, int bits)
    {
        if (value.Sign == 0)
        {
            return Zero;
        }

        if (value.IsInteger)
        {
            return Rounded(value.Numerator, 0, double.NegativeInfinity, bits);
        }

        int shift = Math.Max(0, bits + 2 + (int)(value.Denominator.GetBitLength() - value.Numerator.GetBitLength()));
        return Rounded((value.Numerator << shift) / value.Denominator, -shift, -shift, bits);
    }

    /// <summary>Cuts the mantissa to the precision and counts what that loses.</summary>
    internal static Ball Rounded(BigInteger mantissa, int exponent, double error, int bits)
    {
        int excess = (int)BigInteger.Abs(mantissa).GetBitLength() - bits;
        return excess <= 0
            ? new Ball(mantissa, exponent, error)
            : new Ball(mantissa >> excess, exponent + excess, Sum(error, exponent + excess));
    }
}
