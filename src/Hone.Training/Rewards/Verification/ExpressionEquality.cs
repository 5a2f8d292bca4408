using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>Whether two expressions have the same value wherever both have one.</summary>
/// <remarks>Without variables there is one value to compare, exactly where it is rational. With them, they take
/// <see cref="Points"/> sets of rational values that depend on their names alone: two different polynomials of degree d agree
/// at one with a chance of about d in a million (Schwartz and Zippel), so at all of them practically never. A value that is not
/// rational is known to a precision that grows with the numbers in it.</remarks>
/// <param name="work">Limit of work.</param>
internal sealed class ExpressionEquality(WorkLimit work)
{
    /// <summary>Sets of values at which both must be defined and agree.</summary>
    internal const int Points = 5;

    private const int MostPoints = 12;
    private const int FirstBits = 384;
    private const int MostBits = 1 << 15;

    /// <summary>Whether the difference of the two is 0 everywhere.</summary>
    internal bool Equal(MathNode a, MathNode b) => Vanishes(
        evaluator => (evaluator.Value(a), evaluator.Value(b)), hasVariables: HasSymbol(a) || HasSymbol(b));

    /// <summary>Whether left1 = right1 and left2 = right2 are one equation: their differences are multiples of each
    /// other.</summary>
    internal bool SameEquation(MathNode left1, MathNode right1, MathNode left2, MathNode right2)
    {
        var first = new SumNode([left1, new NegativeNode(right1)]);
        var second = new SumNode([left2, new NegativeNode(right2)]);
        if (!HasSymbol(first) || !HasSymbol(second))
        {
            return false;
        }

        // f(p) g(q) = f(q) g(p) at pairs of points, and neither f nor g is 0 at p.
        Func<string, Rational> p = name => Point(name, MostPoints);
        return !Zero(first, p) && !Zero(second, p) && Vanishes(
            (evaluator, math) => (
                math.Multiply(new Evaluator(math, p).Value(first), evaluator.Value(second)),
                math.Multiply(new Evaluator(math, p).Value(second), evaluator.Value(first))),
            hasVariables: true);
    }

    /// <summary>Whether a variable, or an unknown function, is in the expression.</summary>
    internal static bool HasSymbol(MathNode node) => node switch
    {
        SymbolNode => true,
        SumNode sum => sum.Terms.Any(HasSymbol),
        ProductNode product => product.Factors.Any(HasSymbol),
        QuotientNode quotient => HasSymbol(quotient.Top) || HasSymbol(quotient.Bottom),
        NegativeNode negative => HasSymbol(negative.Operand),
        PowerNode power => HasSymbol(power.Base) || HasSymbol(power.Exponent),
        RootNode root => HasSymbol(root.Radicand),
        DegreesNode degrees => HasSymbol(degrees.Operand),
        FunctionNode function => function.Arguments.Any(HasSymbol),
        _ => false,
    };

    private bool Zero(MathNode node, Func<string, Rational> point) =>
        Compare((evaluator, _) => (evaluator.Value(node), (Rational)0), point) != false;

    private bool Vanishes(Func<Evaluator, (ComplexNumber A, ComplexNumber B)> values, bool hasVariables) =>
        Vanishes((evaluator, _) => values(evaluator), hasVariables);

    private bool Vanishes(Func<Evaluator, ComplexMath, (ComplexNumber A, ComplexNumber B)> values, bool hasVariables)
    {
        int agreed = 0;
        int wanted = hasVariables ? Points : 1;
        for (int point = 0; point < (hasVariables ? MostPoints : 1) && agreed < wanted; point++)
        {
            int at = point;
            bool? same = Compare(values, name => Point(name, at));
            if (same == false)
            {
                return false;
            }

            agreed += same == true ? 1 : 0;
        }

        return agreed == wanted;
    }

    /// <summary>Whether the values agree at a point; null where neither is defined, or it cannot be told.</summary>
    private bool? Compare(Func<Evaluator, ComplexMath, (ComplexNumber A, ComplexNumber B)> values, Func<string, Rational> point)
    {
        int bits = FirstBits;
        while (true)
        {
            var real = new RealMath(bits, work);
            var math = new ComplexMath(real);
            (ComplexNumber a, ComplexNumber b) = values(new Evaluator(math, point), math);
            if (!a.IsDefined || !b.IsDefined)
            {
                return a.IsDefined == b.IsDefined ? null : false;
            }

            bool? same = Same(real.Subtract(a.Real, b.Real), bits) is bool re && Same(real.Subtract(a.Imaginary, b.Imaginary), bits) is bool im
                ? re && im
                : null;
            int needed = 256 + (4 * real.Spread);
            if (same != true || bits >= needed)
            {
                return same;
            }

            if (a.Exact.IsDefined && b.Exact.IsDefined)
            {
                return true;
            }

            if (needed > MostBits)
            {
                return null;
            }

            bits = needed;
        }
    }

    // Whether a difference is 0; null where the error bound is too wide to tell.
    private static bool? Same(RealNumber difference, int bits)
    {
        if (!difference.IsDefined)
        {
            return null;
        }

        if (difference.IsExact)
        {
            return difference.IsZero;
        }

        Ball near = difference.Near(bits);
        return !near.MayBeZero ? false : near.Error <= -bits / 2 ? true : null;
    }

    /// <summary>The value of a variable at a point: a fraction from -8 to 8 whose parts are a hash of its name.</summary>
    private static Rational Point(string name, int point)
    {
        ulong hash = 14695981039346656037UL;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (ulong)point) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9UL;
        hash ^= hash >> 32;
        BigInteger top = (int)(hash % 8191) - 4095;
        BigInteger bottom = 509 + (int)(hash / 8191 % 997);

        // Every other point is positive: roots and logarithms are then real.
        return Rational.Of((point % 2 == 0 ? BigInteger.Abs(top) : top) * 2 + 1, bottom * 2);
    }
}
