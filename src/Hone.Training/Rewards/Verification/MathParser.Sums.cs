namespace Hone.Training.Rewards.Verification;

/// <content>Sums and products.</content>
internal sealed partial class MathParser
{
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
}
