namespace Hone.Training.Rewards.Verification;

/// <content>Factors: numbers, names, functions, fractions and roots, with what follows them.</content>
internal sealed partial class MathParser
{
    private const int LargestBase = 36;

    private MathNode? Factor()
    {
        if (++_depth > Deepest)
        {
            return null;
        }

        MathNode? node = Primary();
        while (node is not null && !Ended)
        {
            if (Take("!"))
            {
                node = new FunctionNode("factorial", [node]);
            }
            else if (Take("deg"))
            {
                node = new DegreesNode(node);
            }
            else if (Current.Is("_") && node is NumberNode digits)
            {
                _at++;
                node = Numeral(digits.Value);
            }
            else if (Take("^"))
            {
                node = Raised(node);
            }
            else
            {
                break;
            }
        }

        _depth--;
        return node;
    }

    private MathNode? Raised(MathNode power)
    {
        if (Take("deg") || TakeBracedDegree())
        {
            return new DegreesNode(power);
        }

        MathNode? exponent = Current.Is("{") ? Braced() : SignedFactor();
        return exponent is null ? null : new PowerNode(power, exponent);
    }

    private bool TakeBracedDegree()
    {
        bool degree = Current.Is("{") && _at + 2 < _tokens.Count && _tokens[_at + 1].Is("deg") && _tokens[_at + 2].Is("}");
        _at += degree ? 3 : 0;
        return degree;
    }

    private NumeralNode? Numeral(Rational digits)
    {
        bool braced = Take("{");
        MathToken token = Current;
        _at++;
        bool valid = token is { Kind: TokenKind.Number, Value.IsInteger: true } && (!braced || Take("}"))
            && token.Value.Numerator >= 2 && token.Value.Numerator <= LargestBase;
        return valid ? new NumeralNode(digits, (int)token.Value.Numerator) : null;
    }

    private MathNode? Primary()
    {
        MathToken token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new NumberNode(token.Value);
            case TokenKind.Symbol:
                _at++;
                return Symbol(token.Text);
            case TokenKind.Word:
                return LatexCommands.Functions.Contains(token.Text) ? Function() : null;
            case TokenKind.Sign:
                return Sign(token.Text);
            default:
                return null;
        }
    }

    private MathNode? Symbol(string name)
    {
        if (name is "e" or "i")
        {
            return new ConstantNode(name);
        }

        // f(x) is a value of f, not a product.
        if (name is "f" or "g" or "h" && Current.Is("("))
        {
            return Bracketed("(") switch
            {
                null => null,
                SequenceNode sequence => new FunctionNode(name, sequence.Items),
                { } argument => new FunctionNode(name, [argument]),
            };
        }

        return new SymbolNode(name);
    }

    private MathNode? Sign(string sign)
    {
        switch (sign)
        {
            case "(" or "[" or "\\{" or "<|":
                return Bracketed(sign);
            case "{":
                return Braced();
            case "pi" or ConstantNode.Infinity:
                _at++;
                return new ConstantNode(sign);
            case "empty":
                _at++;
                return new SetNode([], Distinct: true);
            case "frac" or "binom":
                _at++;
                return Argument() is MathNode top && Argument() is MathNode bottom
                    ? sign == "frac" ? new QuotientNode(top, bottom) : new FunctionNode("binom", [top, bottom])
                    : null;
            case "sqrt":
                _at++;
                return Root();
            case "|":
                return Enclosed("|", "|", "abs");
            case "floor(" or "ceil(":
                return Enclosed(sign, ")" + sign[..^1], sign[..^1]);
            case "begin":
                return Matrix();
            default:
                return null;
        }
    }

    private MathNode? Argument() => Current.Is("{") ? Braced() : Current.Is("(") ? null : Primary();

    private MathNode? Braced()
    {
        _at++;
        MathNode? inner = Sum();
        return Take("}") ? inner : null;
    }

    private RootNode? Root()
    {
        int index = 2;
        if (Take("index["))
        {
            MathToken number = Current;
            _at++;
            if (number is not { Kind: TokenKind.Number, Value.IsInteger: true } || !Take("]index")
                || number.Value.Numerator < 2 || number.Value.Numerator > RealMath.LargestRoot)
            {
                return null;
            }

            index = (int)number.Value.Numerator;
        }

        return (Current.Is("{") ? Braced() : Primary()) is MathNode radicand ? new RootNode(radicand, index) : null;
    }

    private FunctionNode? Enclosed(string open, string close, string name)
    {
        // Inside bars a bar closes; nested bars have two readings and are not read.
        return Take(open) && Sum() is MathNode inner && Take(close) ? new FunctionNode(name, [inner]) : null;
    }

    private MathNode? Function()
    {
        string name = _tokens[_at++].Text;
        MathNode? power = null;
        MathNode? logarithmBase = null;
        if (Take("^") && (power = Current.Is("{") ? Braced() : SignedFactor()) is null)
        {
            return null;
        }

        if (Take("_") && (logarithmBase = Current.Is("{") ? Braced() : Primary()) is null)
        {
            return null;
        }

        if (FunctionArgument() is not MathNode argument || (logarithmBase is not null && name != "log"))
        {
            return null;
        }

        // sin^{-1} is the inverse function; other powers are of the value.
        if (power is NegativeNode { Operand: NumberNode { Value: { IsInteger: true } one } } && one.Numerator.IsOne)
        {
            return name is "sin" or "cos" or "tan" ? new FunctionNode("arc" + name, [argument]) : null;
        }

        var function = new FunctionNode(name, logarithmBase is null ? [argument] : [argument, logarithmBase]);
        return power is null ? function : new PowerNode(function, power);
    }

    // sin(x) takes the bracket; sin 2x takes what is multiplied without a sign, up to the next function.
    private MathNode? FunctionArgument()
    {
        if (Current.Is("(") || Current.Is("{"))
        {
            return Primary();
        }

        MathNode? argument = Factor();
        while (argument is not null && StartsFactor() && Current.Kind != TokenKind.Word && !Current.Is("("))
        {
            argument = Factor() is MathNode next ? new ProductNode([argument, next]) : null;
        }

        return argument;
    }
}
