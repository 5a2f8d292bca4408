using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>Numbers as Python has them, but whole numbers of 64 bits; beyond those is an error.</summary>
internal static class Numbers
{
    internal static bool Is([NotNullWhen(true)] object? value) => value is long or double or bool;

    internal static double ToDouble(object value) => value switch
    {
        long whole => whole,
        bool flag => flag ? 1 : 0,
        double number => number,
        _ => double.NaN,
    };

    internal static long? ToWhole(object? value) => value switch
    {
        long whole => whole,
        bool flag => flag ? 1 : 0,
        _ => null,
    };

    /// <summary>The result of an operator on two numbers.</summary>
    internal static object Compute(string operation, object left, object right, Sandbox sandbox)
    {
        try
        {
            return ToWhole(left) is { } a && ToWhole(right) is { } b && operation != "/"
                ? Whole(operation, a, b, sandbox)
                : Real(operation, ToDouble(left), ToDouble(right), sandbox);
        }
        catch (OverflowException)
        {
            throw sandbox.Error($"the result of '{operation}' is beyond whole numbers of 64 bits");
        }
    }

    /// <summary>
    /// Rounds half to even in decimal, of the number's exact binary value, as Python's `round` does; whole numbers stay whole.
    /// </summary>
    internal static object Round(object value, long precision, Sandbox sandbox)
    {
        if (value is not double number)
        {
            return precision >= 0 ? ToWhole(value)! : RoundWhole((long)ToWhole(value)!, precision, sandbox);
        }

        // Beyond these places, which are Python's too, there is nothing to round, or nothing left.
        if (!double.IsFinite(number) || precision > 323)
        {
            return number;
        }

        if (precision < -308)
        {
            return 0.0 * number;
        }

        sandbox.Step(100);

        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        int exponent = (int)(bits >> 52);
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent > 0 ? 1L << 52 : 0);
        int shift = Math.Max(exponent, 1) - 1075;
        BigInteger above = mantissa * BigInteger.Pow(10, (int)Math.Max(precision, 0)) << Math.Max(shift, 0);
        BigInteger below = BigInteger.Pow(10, (int)Math.Max(-precision, 0)) << Math.Max(-shift, 0);
        string digits = HalfToEven(above, below).ToString(CultureInfo.InvariantCulture);
        double rounded = double.Parse($"{digits}E{-precision}", CultureInfo.InvariantCulture);
        return double.IsNegative(number) ? -rounded : rounded;
    }

    private static long RoundWhole(long value, long precision, Sandbox sandbox)
    {
        if (precision < -20)
        {
            return 0;
        }

        BigInteger unit = BigInteger.Pow(10, (int)-precision);
        BigInteger rounded = HalfToEven(BigInteger.Abs(value), unit) * unit * (value < 0 ? -1 : 1);
        return rounded >= long.MinValue && rounded <= long.MaxValue
            ? (long)rounded
            : throw sandbox.Error("the rounded number is beyond whole numbers of 64 bits");
    }

    private static BigInteger HalfToEven(BigInteger above, BigInteger below)
    {
        var whole = BigInteger.DivRem(above, below, out BigInteger rest);
        int half = (rest * 2).CompareTo(below);
        return half > 0 || (half == 0 && !whole.IsEven) ? whole + 1 : whole;
    }

    private static object Whole(string operation, long a, long b, Sandbox sandbox)
    {
        checked
        {
            return operation switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "**" => Power(a, b, sandbox),
                _ when b == 0 => throw sandbox.Error($"'{operation}' by zero"),
                "%" => b == -1 ? 0L : (((a % b) + b) % b),
                _ => FloorDivide(a, b),
            };
        }
    }

    private static long FloorDivide(long a, long b)
    {
        long quotient = checked(a / b);
        return a % b != 0 && a < 0 != b < 0 ? quotient - 1 : quotient;
    }

    private static object Power(long a, long b, Sandbox sandbox)
    {
        if (b < 0)
        {
            return Real("**", a, b, sandbox);
        }

        // Only 0, 1 and -1 have powers of 64 and more that fit.
        if (b > 64 && a is (< -1 or > 1))
        {
            throw new OverflowException();
        }

        long result = 1;
        for (long i = 0; i < (b > 64 ? 64 + (b % 2) : b); i++)
        {
            result = checked(result * a);
        }

        return result;
    }

    private static double Real(string operation, double a, double b, Sandbox sandbox)
    {
        if (b == 0 && operation is ("/" or "//" or "%"))
        {
            throw sandbox.Error($"'{operation}' by zero");
        }

        return operation switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => Modulo(a, b),
            _ => RealPower(a, b, sandbox),
        };
    }

    private static double Modulo(double a, double b)
    {
        double rest = a % b;
        return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
    }

    private static double RealPower(double a, double b, Sandbox sandbox)
    {
        double power = Math.Pow(a, b);
        return double.IsFinite(power) || !double.IsFinite(a) || !double.IsFinite(b)
            ? power
            : throw sandbox.Error("the result of '**' is no finite number");
    }
}
