using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>An exact ratio in lowest terms, or undefined: after a division by zero, or beyond <see cref="LargestBits"/>.
/// What is computed from undefined is undefined.</summary>
internal readonly record struct Rational
{
    /// <summary>Largest numerator or denominator, in bits.</summary>
    internal const int LargestBits = 1 << 13;

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        Numerator = numerator;
        Denominator = denominator;
    }

    internal BigInteger Numerator { get; }

    /// <summary>Positive; 0 where the value is undefined.</summary>
    internal BigInteger Denominator { get; }

    internal bool IsDefined => !Denominator.IsZero;

    internal bool IsInteger => Denominator.IsOne;

    internal int Sign => Numerator.Sign;

    /// <summary>Bits of the longer of the two integers.</summary>
    internal int Bits => (int)Math.Max(BigInteger.Abs(Numerator).GetBitLength(), Denominator.GetBitLength());

    public static implicit operator Rational(int value) => new(value, BigInteger.One);

    public static Rational operator +(Rational a, Rational b) => a.IsInteger && b.IsInteger
        ? Of(a.Numerator + b.Numerator, BigInteger.One)
        : Of((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator *(Rational a, Rational b) => Of(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => a.IsDefined && b.IsDefined
        ? Of(a.Numerator * b.Denominator, a.Denominator * b.Numerator)
        : default;

    internal static Rational Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            return default;
        }

        BigInteger divisor = denominator.IsOne ? BigInteger.One : BigInteger.GreatestCommonDivisor(numerator, denominator);
        divisor = denominator.Sign < 0 ? -divisor : divisor;
        var value = new Rational(numerator / divisor, denominator / divisor);
        return value.Bits > LargestBits ? default : value;
    }

    /// <summary>The value to a whole power; undefined for 0 to a power below 1.</summary>
    internal Rational Power(BigInteger exponent)
    {
        if (!IsDefined || (Numerator.IsZero && exponent.Sign <= 0))
        {
            return default;
        }

        if (Numerator.IsZero || (IsInteger && BigInteger.Abs(Numerator).IsOne))
        {
            return Numerator.IsZero || !exponent.IsEven ? this : 1;
        }

        // A value other than 0 and 1 gains at least half a bit with each factor.
        if (BigInteger.Abs(exponent) > 2 * LargestBits || (Bits - 1) * BigInteger.Abs(exponent) > 2 * LargestBits)
        {
            return default;
        }

        int count = (int)BigInteger.Abs(exponent);
        BigInteger top = BigInteger.Pow(Numerator, count);
        BigInteger bottom = BigInteger.Pow(Denominator, count);
        return exponent.Sign < 0 ? Of(bottom, top) : Of(top, bottom);
    }

    /// <summary>The real root, where it is rational; undefined otherwise.</summary>
    internal Rational Root(int index)
    {
        if (!IsDefined || (Sign < 0 && index % 2 == 0))
        {
            return default;
        }

        BigInteger top = IntegerRoot(BigInteger.Abs(Numerator), index);
        BigInteger bottom = IntegerRoot(Denominator, index);
        bool exact = BigInteger.Pow(top, index) == BigInteger.Abs(Numerator) && BigInteger.Pow(bottom, index) == Denominator;
        return exact ? Of(Sign * top, bottom) : default;
    }

    /// <summary>The largest integer whose power is not above a value of 0 or more (Newton's method from above).</summary>
    internal static BigInteger IntegerRoot(BigInteger value, int index)
    {
        if (value.IsZero || value.IsOne)
        {
            return value;
        }

        BigInteger root = BigInteger.One << (int)((value.GetBitLength() / index) + 1);
        while (true)
        {
            BigInteger next = (((index - 1) * root) + (value / BigInteger.Pow(root, index - 1))) / index;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
