using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>Arithmetic on complex numbers, principal values, but for odd roots of negative reals, which are the real
/// ones, as school has it: the cube root of -8 is -2.</summary>
internal sealed class ComplexMath(RealMath real)
{
    private const int LargestRepeatedPower = 4096;

    internal RealMath Reals => real;

    internal ComplexNumber Add(ComplexNumber a, ComplexNumber b) =>
        new(real.Add(a.Real, b.Real), real.Add(a.Imaginary, b.Imaginary));

    internal ComplexNumber Negate(ComplexNumber a) => new(real.Negate(a.Real), real.Negate(a.Imaginary));

    internal ComplexNumber Multiply(ComplexNumber a, ComplexNumber b) => a.IsReal && b.IsReal
        ? real.Multiply(a.Real, b.Real)
        : new ComplexNumber(
            real.Subtract(real.Multiply(a.Real, b.Real), real.Multiply(a.Imaginary, b.Imaginary)),
            real.Add(real.Multiply(a.Real, b.Imaginary), real.Multiply(a.Imaginary, b.Real)));

    internal ComplexNumber Divide(ComplexNumber a, ComplexNumber b)
    {
        if (b.IsReal)
        {
            return new ComplexNumber(real.Divide(a.Real, b.Real), real.Divide(a.Imaginary, b.Real));
        }

        ComplexNumber top = Multiply(a, b with { Imaginary = real.Negate(b.Imaginary) });
        RealNumber square = Square(b);
        return new ComplexNumber(real.Divide(top.Real, square), real.Divide(top.Imaginary, square));
    }

    internal RealNumber Abs(ComplexNumber a)
    {
        if (a.IsReal)
        {
            return real.Sign(a.Real) switch { null => default, < 0 => real.Negate(a.Real), _ => a.Real };
        }

        return real.Root(Square(a), 2);
    }

    internal ComplexNumber Exp(ComplexNumber a)
    {
        RealNumber size = real.Exp(a.Real);
        (RealNumber sin, RealNumber cos) = real.SinCos(a.Imaginary);
        return a.IsReal ? size : new ComplexNumber(real.Multiply(size, cos), real.Multiply(size, sin));
    }

    internal ComplexNumber Log(ComplexNumber a) => a.IsReal && real.Sign(a.Real) == 1
        ? real.Log(a.Real)
        : new ComplexNumber(real.Log(Abs(a)), Angle(a));

    internal ComplexNumber Root(ComplexNumber a, int index)
    {
        if (a.IsReal && real.Sign(a.Real) is int sign)
        {
            return sign >= 0 || index % 2 == 1 ? real.Root(a.Real, index)
                : index == 2 ? new ComplexNumber(0, real.Root(real.Negate(a.Real), 2))
                : ThroughLogarithm(a, Rational.Of(1, index));
        }

        return ThroughLogarithm(a, Rational.Of(1, index));
    }

    internal ComplexNumber Power(ComplexNumber a, ComplexNumber exponent)
    {
        if (!a.IsDefined || !exponent.IsDefined)
        {
            return default;
        }

        Rational power = exponent.Exact;
        if (power.IsInteger)
        {
            return a.Exact.IsDefined ? real.Exact(a.Exact.Power(power.Numerator)) : Repeated(a, power.Numerator);
        }

        if (a.Real.IsZero && a.IsReal)
        {
            return exponent.IsReal && real.Sign(exponent.Real) == 1 ? (Rational)0 : default;
        }

        if (power.IsDefined && power.Denominator <= RealMath.LargestRoot)
        {
            return Power(Root(a, (int)power.Denominator), Rational.Of(power.Numerator, 1));
        }

        return ThroughLogarithm(a, exponent);
    }

    private ComplexNumber ThroughLogarithm(ComplexNumber a, ComplexNumber exponent) => Exp(Multiply(exponent, Log(a)));

    private ComplexNumber Repeated(ComplexNumber a, BigInteger exponent)
    {
        BigInteger count = BigInteger.Abs(exponent);
        if (count > LargestRepeatedPower)
        {
            return default;
        }

        ComplexNumber power = (Rational)1;
        for (int rest = (int)count; rest > 0; rest >>= 1)
        {
            power = rest % 2 == 1 ? Multiply(power, a) : power;
            a = rest > 1 ? Multiply(a, a) : a;
        }

        return exponent.Sign < 0 ? Divide((Rational)1, power) : power;
    }

    private RealNumber Square(ComplexNumber a) =>
        real.Add(real.Multiply(a.Real, a.Real), real.Multiply(a.Imaginary, a.Imaginary));

    /// <summary>The argument, above -pi and at most pi.</summary>
    private RealNumber Angle(ComplexNumber a)
    {
        int? x = real.Sign(a.Real);
        int? y = real.Sign(a.Imaginary);
        if (x is null || y is null || (x == 0 && y == 0))
        {
            return default;
        }

        RealNumber pi = real.Pi();
        if (x == 0)
        {
            return real.Multiply(pi, new RealNumber(Rational.Of(y.Value, 2)));
        }

        RealNumber angle = real.Arctan(real.Divide(a.Imaginary, a.Real));
        return x > 0 ? angle : real.Add(angle, y < 0 ? real.Negate(pi) : pi);
    }
}
