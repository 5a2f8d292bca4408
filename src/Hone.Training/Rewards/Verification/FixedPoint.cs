using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>Elementary functions on integers that stand for value * 2^bits. Results are within a few hundred units in the
/// last place; callers allow for <see cref="Guard"/> bits.</summary>
internal static class FixedPoint
{
    /// <summary>Low bits that may be wrong.</summary>
    internal const int Guard = 32;

    private const int Halvings = 8;

    /// <summary>Pi by Machin's formula.</summary>
    internal static BigInteger Pi(int bits) => 4 * ((4 * ArctanOfInverse(5, bits)) - ArctanOfInverse(239, bits));

    /// <summary>ln 2 as 2 artanh(1/3).</summary>
    internal static BigInteger Ln2(int bits) => 2 * ArtanhSeries((BigInteger.One << bits) / 3, bits);

    /// <summary>e^x for |x| below 1.</summary>
    internal static BigInteger Exp(BigInteger x, int bits)
    {
        BigInteger small = x >> Halvings;
        BigInteger sum = BigInteger.One << bits;
        BigInteger term = sum;
        for (int n = 1; !term.IsZero && term != BigInteger.MinusOne; n++)
        {
            term = ((term * small) >> bits) / n;
            sum += term;
        }

        for (int i = 0; i < Halvings; i++)
        {
            sum = (sum * sum) >> bits;
        }

        return sum;
    }

    /// <summary>ln x for x from 1/2 to 2.</summary>
    internal static BigInteger Log(BigInteger x, int bits)
    {
        for (int i = 0; i < Halvings; i++)
        {
            x = Rational.IntegerRoot(x << bits, 2);
        }

        BigInteger one = BigInteger.One << bits;
        return ArtanhSeries(((x - one) << bits) / (x + one), bits) << (Halvings + 1);
    }

    /// <summary>Sine and cosine for |x| below 2.</summary>
    internal static (BigInteger Sin, BigInteger Cos) SinCos(BigInteger x, int bits)
    {
        BigInteger square = (x * x) >> bits;
        BigInteger sin = x;
        BigInteger cos = BigInteger.One << bits;
        BigInteger sinTerm = sin;
        BigInteger cosTerm = cos;
        for (int n = 1; !cosTerm.IsZero || !sinTerm.IsZero; n++)
        {
            cosTerm = -(cosTerm * square >> bits) / ((2 * n) * ((2 * n) - 1));
            sinTerm = -(sinTerm * square >> bits) / ((2 * n) * ((2 * n) + 1));
            cos += cosTerm;
            sin += sinTerm;
        }

        return (sin, cos);
    }

    /// <summary>arctan x for x from 0 to 1.</summary>
    internal static BigInteger Arctan(BigInteger x, int bits)
    {
        BigInteger one = BigInteger.One << bits;
        for (int i = 0; i < Halvings; i++)
        {
            x = (x << bits) / (one + Rational.IntegerRoot((one << bits) + (x * x), 2));
        }

        BigInteger square = (x * x) >> bits;
        BigInteger sum = x;
        BigInteger power = x;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power = (power * square) >> bits;
            sum += n % 4 == 3 ? -(power / n) : power / n;
        }

        return sum << Halvings;
    }

    private static BigInteger ArctanOfInverse(int n, int bits)
    {
        BigInteger power = (BigInteger.One << bits) / n;
        BigInteger sum = power;
        for (int k = 3; !power.IsZero; k += 2)
        {
            power /= n * n;
            sum += k % 4 == 3 ? -(power / k) : power / k;
        }

        return sum;
    }

    private static BigInteger ArtanhSeries(BigInteger x, int bits)
    {
        BigInteger square = (x * x) >> bits;
        BigInteger sum = x;
        BigInteger power = x;
        for (int n = 3; !power.IsZero && power != BigInteger.MinusOne; n += 2)
        {
            power = (power * square) >> bits;
            sum += power / n;
        }

        return sum;
    }
}
