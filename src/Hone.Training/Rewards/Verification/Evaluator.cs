using System.Numerics;

namespace Hone.Training.Rewards.Verification;

/// <summary>The value of an expression where its variables have given values.</summary>
/// <param name="math">Arithmetic of some precision.</param>
/// <param name="variables">Value of a variable by name.</param>
internal sealed class Evaluator(ComplexMath math, Func<string, Rational> variables)
{
    private const int LargestFactorial = 300;

    /// <summary>The value; undefined where there is none, or where it is too large to be known.</summary>
    internal ComplexNumber Value(MathNode node) => node switch
    {
        NumberNode number => number.Value,
        SymbolNode symbol => variables(symbol.Name),
        ConstantNode constant => Constant(constant.Name),
        SumNode sum => sum.Terms.Select(Value).Aggregate(math.Add),
        ProductNode product => product.Factors.Select(Value).Aggregate(math.Multiply),
        QuotientNode quotient => math.Divide(Value(quotient.Top), Value(quotient.Bottom)),
        NegativeNode negative => math.Negate(Value(negative.Operand)),
        PowerNode { Base: ConstantNode { Name: "e" } } power => Exponential(Value(power.Exponent)),
        PowerNode power => math.Power(Value(power.Base), Value(power.Exponent)),
        RootNode root => math.Root(Value(root.Radicand), root.Index),
        DegreesNode degrees => Value(degrees.Operand),
        FunctionNode { Arguments: [DegreesNode degrees] } function => Function(function.Name, [Radians(Value(degrees))]),
        FunctionNode function => Function(function.Name, [.. function.Arguments.Select(Value)]),
        _ => default,
    };

    private ComplexNumber Constant(string name) => name switch
    {
        "pi" => math.Reals.Pi(),
        "e" => math.Reals.Exp(1),
        "i" => ComplexNumber.I,
        _ => default,
    };

    private ComplexNumber Exponential(ComplexNumber exponent) =>
        exponent.Exact is { IsDefined: true, Sign: 0 } ? (Rational)1 : math.Exp(exponent);

    private ComplexNumber Radians(ComplexNumber degrees) =>
        math.Divide(math.Multiply(degrees, math.Reals.Pi()), (Rational)180);

    private ComplexNumber Function(string name, ComplexNumber[] arguments)
    {
        ComplexNumber x = arguments[0];
        if (!arguments.All(argument => argument.IsDefined))
        {
            return default;
        }

        return name switch
        {
            "abs" => math.Abs(x),
            "ln" => math.Log(x),
            "exp" => Exponential(x),
            "log" => math.Divide(math.Log(x), math.Log(arguments.Length > 1 ? arguments[1] : (Rational)10)),
            "lg" => math.Divide(math.Log(x), math.Log((Rational)10)),
            "factorial" => Factorial(x.Exact),
            "binom" => Binomial(x.Exact, arguments[1].Exact),
            "floor" => Floor(x.Exact),
            "ceil" => -Floor(-x.Exact),
            _ => x.IsReal ? OfReal(name, x.Real) : default(ComplexNumber),
        };
    }

    private RealNumber OfReal(string name, RealNumber x)
    {
        RealMath real = math.Reals;
        switch (name)
        {
            case "arctan":
                return real.Arctan(x);
            case "arcsin":
                return Arcsin(x);
            case "arccos":
                return real.Subtract(real.Divide(real.Pi(), 2), Arcsin(x));
            case "sinh":
                return real.Divide(real.Subtract(real.Exp(x), real.Exp(real.Negate(x))), 2);
            case "cosh":
                return real.Divide(real.Add(real.Exp(x), real.Exp(real.Negate(x))), 2);
            case "tanh":
                return real.Divide(OfReal("sinh", x), OfReal("cosh", x));
        }

        (RealNumber sin, RealNumber cos) = real.SinCos(x);
        return name switch
        {
            "sin" => sin,
            "cos" => cos,
            "tan" => real.Divide(sin, cos),
            "cot" => real.Divide(cos, sin),
            "sec" => real.Divide(1, cos),
            "csc" => real.Divide(1, sin),
            _ => default,
        };
    }

    // arcsin x = arctan(x / sqrt(1 - x^2)).
    private RealNumber Arcsin(RealNumber x)
    {
        RealMath real = math.Reals;
        if (x.IsExact && x.Exact.IsInteger && BigInteger.Abs(x.Exact.Numerator).IsOne)
        {
            return real.Divide(real.Pi(), 2 * x.Exact.Sign);
        }

        RealNumber root = real.Root(real.Subtract(1, real.Multiply(x, x)), 2);
        return real.Arctan(real.Divide(x, root));
    }

    private Rational Factorial(Rational n)
    {
        if (!n.IsInteger || n.Sign < 0 || n.Numerator > LargestFactorial)
        {
            return default;
        }

        BigInteger product = BigInteger.One;
        for (int i = 2; i <= (int)n.Numerator; i++)
        {
            product *= i;
        }

        return math.Reals.Exact(Rational.Of(product, 1)).Exact;
    }

    private Rational Binomial(Rational n, Rational k) => Factorial(n) / (Factorial(k) * Factorial(n - k));

    private static Rational Floor(Rational x) => x.IsDefined
        ? Rational.Of((x.Numerator - ((x.Numerator % x.Denominator) + x.Denominator) % x.Denominator) / x.Denominator, 1)
        : default;
}
