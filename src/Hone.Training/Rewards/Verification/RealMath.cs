using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>Arithmetic on reals: exact while both operands are, else in balls of <paramref name="bits"/> bits. A result
/// that does not exist, is too large or would cost too much is undefined.</summary>
internal sealed class RealMath(int bits, WorkLimit work)
{
    /// <summary>Largest index of a root that is taken by itself rather than through logarithms.</summary>
    internal const int LargestRoot = 32;

    private const int LargestMagnitude = 1 << 13;
    private readonly int _wide = bits + FixedPoint.Guard;
    private readonly int _unit = 1 + (bits / 512 * (bits / 512));
    private BigInteger? _pi;
    private BigInteger? _ln2;

    /// <summary>Bits of precision.</summary>
    internal int Bits => bits;

    /// <summary>How far, in bits, any number on the way was from 1: the precision must be a multiple of it.</summary>
    internal int Spread { get; private set; }

    /// <summary>An exact result; long integers have cost more than short ones.</summary>
    internal RealNumber Exact(Rational value) =>
        value.IsDefined && work.Spend(1 + (value.Bits / 32)) ? new RealNumber(value) : default;

    internal RealNumber Pi() => Work(40) ? Made(Wide(FixedPi, -_wide)) : default;

    internal RealNumber Add(RealNumber a, RealNumber b)
    {
        if (!a.IsDefined || !b.IsDefined || !Work(1))
        {
            return default;
        }

        return a.IsExact && b.IsExact ? Exact(a.Exact + b.Exact)
            : a.IsZero ? b
            : b.IsZero ? a
            : Made(Ball.Add(Near(a), Near(b), bits));
    }

    internal RealNumber Negate(RealNumber a) => !a.IsDefined ? default
        : a.IsExact ? new RealNumber(-a.Exact)
        : new RealNumber(a.Near(bits) with { Mantissa = -a.Near(bits).Mantissa });

    internal RealNumber Subtract(RealNumber a, RealNumber b) => Add(a, Negate(b));

    internal RealNumber Multiply(RealNumber a, RealNumber b)
    {
        if (!a.IsDefined || !b.IsDefined || !Work(1))
        {
            return default;
        }

        return a.IsExact && b.IsExact ? Exact(a.Exact * b.Exact)
            : a.IsZero || b.IsZero ? 0
            : Made(Ball.Multiply(Near(a), Near(b), bits));
    }

    internal RealNumber Divide(RealNumber a, RealNumber b)
    {
        if (!a.IsDefined || !b.IsDefined || !Work(2))
        {
            return default;
        }

        if (a.IsExact && b.IsExact)
        {
            return Exact(a.Exact / b.Exact);
        }

        Ball divisor = Near(b);
        return divisor.Magnitude - 3 <= divisor.Error || b.IsZero ? default : Made(Ball.Divide(Near(a), divisor, bits));
    }

    /// <summary>-1, 0 or 1; null where the precision does not tell.</summary>
    internal int? Sign(RealNumber a) => !a.IsDefined ? null
        : a.IsExact ? a.Exact.Sign
        : a.Near(bits).MayBeZero ? null
        : a.Near(bits).Mantissa.Sign;

    /// <summary>The real root of a number that is not negative, or of any number for an odd index.</summary>
    internal RealNumber Root(RealNumber a, int index)
    {
        int? sign = Sign(a);
        if (sign is null || (sign < 0 && index % 2 == 0) || index is < 1 or > LargestRoot
            || !Work(20) || (a.IsExact && !work.Spend(a.Exact.Bits / 8)))
        {
            return default;
        }

        Rational exact = a.Exact.Root(index);
        if (exact.IsDefined || sign == 0)
        {
            return exact.IsDefined ? new RealNumber(exact) : 0;
        }

        if (sign < 0)
        {
            return Negate(Root(Negate(a), index));
        }

        Ball near = Near(a);
        int shift = Math.Max(0, (index * bits) - (int)near.Mantissa.GetBitLength());
        shift += (((near.Exponent - shift) % index) + index) % index;
        int exponent = (near.Exponent - shift) / index;
        BigInteger root = Rational.IntegerRoot(near.Mantissa << shift, index);
        double error = exponent + (double)root.GetBitLength() + near.Error - (near.Magnitude - 2);
        return Made(Ball.Rounded(root, exponent, Ball.Sum(error, exponent), bits));
    }

    internal RealNumber Exp(RealNumber a)
    {
        if (!a.IsDefined || !Work(60) || Near(a).Magnitude > 12 || Near(a).Error > -1)
        {
            return default;
        }

        BigInteger ln2 = FixedLn2;
        BigInteger x = Fixed(Near(a));
        BigInteger doublings = BigInteger.Divide((2 * x) + (x.Sign * ln2), 2 * ln2);
        BigInteger value = FixedPoint.Exp(x - (doublings * ln2), _wide);
        double inherited = (double)doublings + 1 + Near(a).Error + 1;
        Ball ball = Wide(value, (int)doublings - _wide);
        return Made(ball with { Error = Ball.Sum(ball.Error, inherited) });
    }

    /// <summary>The natural logarithm of a number above 0.</summary>
    internal RealNumber Log(RealNumber a)
    {
        if (Sign(a) != 1 || !Work(80))
        {
            return default;
        }

        if (a.IsExact && a.Exact.IsInteger && a.Exact.Numerator.IsOne)
        {
            return 0;
        }

        Ball near = Near(a);
        int power = (int)near.Magnitude;
        BigInteger x = Fixed(near with { Exponent = near.Exponent - power });
        BigInteger value = FixedPoint.Log(x, _wide) + (power * FixedLn2);
        Ball ball = Wide(value, -_wide);
        return Made(ball with { Error = Ball.Sum(ball.Error, near.Error - (near.Magnitude - 2)) });
    }

    internal (RealNumber Sin, RealNumber Cos) SinCos(RealNumber a)
    {
        if (a.IsZero)
        {
            return (0, 1);
        }

        if (!a.IsDefined || !Work(80) || Near(a).Magnitude > 16 || Near(a).Error > -1)
        {
            return default;
        }

        BigInteger quarter = FixedPi >> 1;
        BigInteger x = Fixed(Near(a));
        BigInteger turns = BigInteger.Divide((2 * x) + (x.Sign * quarter), 2 * quarter);
        (BigInteger sin, BigInteger cos) = FixedPoint.SinCos(x - (turns * quarter), _wide);
        (sin, cos) = (int)(((turns % 4) + 4) % 4) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
        Ball Of(BigInteger value)
        {
            Ball ball = Wide(value, -_wide);
            return ball with { Error = Ball.Sum(ball.Error, Near(a).Error) };
        }

        return (Made(Of(sin)), Made(Of(cos)));
    }

    internal RealNumber Arctan(RealNumber a)
    {
        int? sign = Sign(a);
        if (sign is null or 0 || !Work(80))
        {
            return sign == 0 ? 0 : default;
        }

        if (sign < 0)
        {
            return Negate(Arctan(Negate(a)));
        }

        if (Near(a).Magnitude > 0.5)
        {
            return Subtract(Divide(Pi(), 2), Near(a).Magnitude > 1.5 || Sign(Subtract(a, 1)) > 0
                ? Arctan(Divide(1, a))
                : Subtract(Divide(Pi(), 2), ArctanBelow(a)));
        }

        return ArctanBelow(a);
    }

    // For x of at most 1, or so little above that the rounding of a bound could not tell.
    private RealNumber ArctanBelow(RealNumber a)
    {
        Ball near = Near(a);
        Ball ball = Wide(FixedPoint.Arctan(Fixed(near), _wide), -_wide);
        return Made(ball with { Error = Ball.Sum(ball.Error, near.Error) });
    }

    private BigInteger FixedPi => _pi ??= FixedPoint.Pi(_wide);

    private BigInteger FixedLn2 => _ln2 ??= FixedPoint.Ln2(_wide);

    private bool Work(int units) => work.Spend(units * _unit);

    private Ball Near(RealNumber a)
    {
        if (a.IsExact)
        {
            Spread = Math.Max(Spread, a.Exact.Bits);
        }

        return a.Near(bits);
    }


    private RealNumber Made(Ball ball)
    {
        double magnitude = Math.Abs(ball.MayBeZero ? 0 : ball.Magnitude);
        Spread = Math.Max(Spread, (int)Math.Min(magnitude, LargestMagnitude));
        return magnitude > LargestMagnitude ? default : new RealNumber(ball);
    }

    private BigInteger Fixed(Ball ball)
    {
        int shift = ball.Exponent + _wide;
        return shift >= 0 ? ball.Mantissa << shift : ball.Mantissa >> -shift;
    }

    private Ball Wide(BigInteger value, int exponent) =>
        Ball.Rounded(value, exponent, exponent + FixedPoint.Guard - 4, bits);
}
