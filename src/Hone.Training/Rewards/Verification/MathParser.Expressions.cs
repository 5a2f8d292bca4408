namespace Hone.Training.Rewards.Verification;

/// <content>Expressions.</content>
internal sealed partial class MathParser
{
    private const int LargestBase = 36;

    private MathNode? Sum()
    {
        if (++_depth > Deepest)
        {
            return null;
        }

        List<MathNode> terms = [];
        do
        {
            MathToken sign = Current;
            bool signed = sign.Kind == TokenKind.Sign && sign.Text is "+" or "-" or "±" or "∓";
            _at += signed ? 1 : 0;
            if (Product() is not MathNode term)
            {
                return null;
            }

            terms.Add(!signed ? term : Signed(sign.Text, term));
        }
        while (Current is { Kind: TokenKind.Sign, Text: "+" or "-" or "±" or "∓" });
        _depth--;
        return terms.Count == 1 ? terms[0] : new SumNode(terms);
    }

    private static MathNode Signed(string sign, MathNode term) => sign switch
    {
        "+" => term,
        "-" => term is DegreesNode degrees ? new DegreesNode(new NegativeNode(degrees.Operand)) : new NegativeNode(term),
        _ => new BothSignsNode(term, sign == "∓"),
    };

    private MathNode? Product()
    {
        MathNode? left = Factor();
        bool divided = false;
        while (left is not null && !Ended)
        {
            if (Take("*"))
            {
                left = SignedFactor() is MathNode right ? new ProductNode([left, right]) : null;
            }
            else if (Take("/"))
            {
                left = SignedFactor() is MathNode right ? new QuotientNode(left, right) : null;
                divided = true;
            }
            else if (Fraction(left) is QuotientNode fraction)
            {
                left = Mixed((NumberNode)left, fraction);
            }
            else if (StartsFactor())
            {
                // 1/2x is (1/2)x to some and 1/(2x) to others.
                left = !divided && Factor() is MathNode right ? new ProductNode([left, right]) : null;
            }
            else
            {
                break;
            }
        }

        return left;
    }

    private MathNode? SignedFactor() => Take("-") ? Factor() is MathNode factor ? new NegativeNode(factor) : null : Factor();

    // A number never follows a factor directly: "2 3" could be anything.
    private bool StartsFactor() => Current.Kind switch
    {
        TokenKind.Symbol => true,
        TokenKind.Word => LatexCommands.Functions.Contains(Current.Text),
        TokenKind.Sign => Current.Text is "(" or "[" or "{" or "frac" or "sqrt" or "binom" or "pi" or "floor(" or "ceil(" or "begin",
        _ => false,
    };

    /// <summary>The fraction of two numbers behind a whole number, as in 3\frac{1}{2} and 3 1/2; null where there is
    /// none.</summary>
    private QuotientNode? Fraction(MathNode left)
    {
        if (left is not NumberNode { Value.IsInteger: true } || _tokens[_at - 1].Kind != TokenKind.Number)
        {
            return null;
        }

        // Only numbers are looked at, without reading on: what is looked at twice in every level of a nest doubles its time.
        int at = _at + 1;
        if (Current.Is("frac") && BareNumber(ref at) is NumberNode over && BareNumber(ref at) is NumberNode under)
        {
            _at = at;
            return new QuotientNode(over, under);
        }

        if (Current is not { Kind: TokenKind.Number, AfterSpace: true } top || _at + 2 >= _tokens.Count
            || !_tokens[_at + 1].Is("/") || _tokens[_at + 2].Kind != TokenKind.Number)
        {
            return null;
        }

        _at += 3;
        return new QuotientNode(new NumberNode(top.Value), new NumberNode(_tokens[_at - 1].Value));
    }

    // A number, in braces or not; moves behind it.
    private NumberNode? BareNumber(ref int at)
    {
        int braces = at < _tokens.Count && _tokens[at].Is("{") ? 1 : 0;
        int end = at + (2 * braces);
        if (end >= _tokens.Count || _tokens[at + braces].Kind != TokenKind.Number || (braces == 1 && !_tokens[end].Is("}")))
        {
            return null;
        }

        var number = new NumberNode(_tokens[at + braces].Value);
        at = end + 1;
        return number;
    }

    // 3 4/3 may be a product as well: only a proper fraction makes a mixed number.
    private static NumberNode? Mixed(NumberNode whole, QuotientNode fraction)
    {
        Rational top = ((NumberNode)fraction.Top).Value;
        Rational bottom = ((NumberNode)fraction.Bottom).Value;
        bool proper = top.IsInteger && bottom.IsInteger && top.Sign > 0 && top.Numerator < bottom.Numerator;
        return proper ? new NumberNode(whole.Value + (top / bottom)) : null;
    }

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
