namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>Parses expressions, with the precedence of Jinja2.</summary>
internal sealed partial class ExpressionParser(TokenStream tokens)
{
    private static readonly HashSet<string> Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>One expression, or several with commas between them as a tuple.</summary>
    internal Expression ParseTuple(bool conditional = true)
    {
        int line = tokens.Current.Line;
        Expression first = Parse(conditional);
        return tokens.Current.IsOperator(",") ? ParseTupleRest(line, first, conditional) : first;
    }

    /// <summary>One expression.</summary>
    internal Expression Parse(bool conditional = true)
    {
        tokens.Enter();
        Expression parsed = conditional ? ParseConditional() : ParseOr();
        tokens.Leave();
        return parsed;
    }

    /// <summary>The filters that follow, each around the one before.</summary>
    internal Expression? ParseFilters(Expression? target)
    {
        while (tokens.SkipOperator("|"))
        {
            Token name = tokens.Expect(TokenKind.Name, "the name of a filter");
            target = new FilterCall(name.Line, target, name.Text, ParseOptionalArguments());
        }

        return target;
    }

    private ListLiteral ParseTupleRest(int line, Expression first, bool conditional)
    {
        List<Expression> items = [first];
        while (tokens.SkipOperator(",") && !EndsTuple())
        {
            items.Add(Parse(conditional));
        }

        return new ListLiteral(line, items, Tuple: true);
    }

    private bool EndsTuple() => tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd
        || tokens.Current.IsOperator(")") || tokens.Current.IsName("recursive");

    private Expression ParseConditional()
    {
        int line = tokens.Current.Line;
        Expression parsed = ParseOr();
        while (tokens.SkipName("if"))
        {
            Expression condition = ParseOr();
            Expression? otherwise = tokens.SkipName("else") ? Parse() : null;
            parsed = new Conditional(line, condition, parsed, otherwise);
        }

        return parsed;
    }

    private Expression ParseOr()
    {
        int line = tokens.Current.Line;
        Expression left = ParseAnd();
        while (tokens.SkipName("or"))
        {
            left = new Logical(line, And: false, left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        int line = tokens.Current.Line;
        Expression left = ParseNot();
        while (tokens.SkipName("and"))
        {
            left = new Logical(line, And: true, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        int line = tokens.Current.Line;
        if (!tokens.SkipName("not"))
        {
            return ParseComparison();
        }

        tokens.Enter();
        var parsed = new Not(line, ParseNot());
        tokens.Leave();
        return parsed;
    }

    private Expression ParseComparison()
    {
        int line = tokens.Current.Line;
        Expression first = ParseSum();
        List<(string, Expression)> rest = [];
        while (ComparisonOperator() is { } operation)
        {
            rest.Add((operation, ParseSum()));
        }

        return rest.Count > 0 ? new Comparison(line, first, rest) : first;
    }

    private string? ComparisonOperator()
    {
        Token token = tokens.Current;
        if (token.Kind == TokenKind.Operator && Comparisons.Contains(token.Text))
        {
            return tokens.Next().Text;
        }

        if (tokens.SkipName("in"))
        {
            return "in";
        }

        if (token.IsName("not") && tokens.Peek().IsName("in"))
        {
            tokens.Next();
            tokens.Next();
            return "not in";
        }

        return null;
    }

    private Expression ParseSum() => ParseChain(["+", "-"], ParseConcatenation);

    private Expression ParseProduct() => ParseChain(["*", "/", "//", "%"], ParsePower);

    // Powers chain from the left too, unlike Python's.
    private Expression ParsePower() => ParseChain(["**"], () => ParseUnary(filters: true));

    private Expression ParseChain(string[] operators, Func<Expression> operand)
    {
        int line = tokens.Current.Line;
        Expression left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text))
        {
            string operation = tokens.Next().Text;
            left = new Binary(line, operation, left, operand());
        }

        return left;
    }

    private Expression ParseConcatenation()
    {
        int line = tokens.Current.Line;
        Expression first = ParseProduct();
        if (!tokens.Current.IsOperator("~"))
        {
            return first;
        }

        List<Expression> parts = [first];
        while (tokens.SkipOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return new Concatenation(line, parts);
    }

    private Expression ParseUnary(bool filters)
    {
        int line = tokens.Current.Line;
        Expression parsed;
        if (tokens.Current.IsOperator("-") || tokens.Current.IsOperator("+"))
        {
            tokens.Enter();
            bool minus = tokens.Next().Text == "-";
            Expression operand = ParseUnary(filters: false);
            parsed = minus ? new Negative(line, operand) : new Positive(line, operand);
            tokens.Leave();
        }
        else
        {
            parsed = ParsePrimary();
        }

        parsed = ParsePostfix(parsed);
        return filters ? ParseFiltersAndTests(parsed) : parsed;
    }

    private Expression ParseFiltersAndTests(Expression parsed)
    {
        while (true)
        {
            if (tokens.Current.IsOperator("|"))
            {
                parsed = ParseFilters(parsed)!;
            }
            else if (tokens.SkipName("is"))
            {
                parsed = ParseTest(parsed);
            }
            else if (tokens.Current.IsOperator("("))
            {
                parsed = new Call(tokens.Current.Line, parsed, ParseArguments());
            }
            else
            {
                return parsed;
            }
        }
    }

    private Expression ParseTest(Expression target)
    {
        bool negated = tokens.SkipName("not");
        Token name = tokens.Expect(TokenKind.Name, "the name of a test");
        CallArguments arguments = CallArguments.None;
        if (tokens.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (BeginsOperand())
        {
            // "x is divisibleby 3" takes one operand without parentheses.
            arguments = new CallArguments([ParsePostfix(ParsePrimary())], []);
        }

        var test = new TestCall(name.Line, target, name.Text, arguments);
        return negated ? new Not(name.Line, test) : test;
    }

    private bool BeginsOperand()
    {
        Token token = tokens.Current;
        return token.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
            || token.IsOperator("[") || token.IsOperator("{")
            || (token.Kind == TokenKind.Name && token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"));
    }

    private Expression ParsePostfix(Expression parsed)
    {
        while (true)
        {
            int line = tokens.Current.Line;
            if (tokens.SkipOperator("."))
            {
                parsed = tokens.Current.Kind == TokenKind.Integer
                    ? new Subscript(line, parsed, ParsePrimary())
                    : new AttributeOf(line, parsed, tokens.Expect(TokenKind.Name, "a name behind '.'").Text);
            }
            else if (tokens.SkipOperator("["))
            {
                parsed = ParseSubscript(line, parsed);
            }
            else if (tokens.Current.IsOperator("("))
            {
                parsed = new Call(line, parsed, ParseArguments());
            }
            else
            {
                return parsed;
            }
        }
    }

    private Expression ParseSubscript(int line, Expression target)
    {
        Expression? start = tokens.Current.IsOperator(":") ? null : Parse();
        if (start is not null && tokens.SkipOperator("]"))
        {
            return new Subscript(line, target, start);
        }

        tokens.ExpectOperator(":");
        Expression? stop = EndsSlicePart() ? null : Parse();
        Expression? step = tokens.SkipOperator(":") && !EndsSlicePart() ? Parse() : null;
        tokens.ExpectOperator("]");
        return new Slice(line, target, start, stop, step);
    }

    private bool EndsSlicePart() => tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]");

    private CallArguments ParseOptionalArguments() =>
        tokens.Current.IsOperator("(") ? ParseArguments() : CallArguments.None;

    private CallArguments ParseArguments()
    {
        tokens.ExpectOperator("(");
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        while (!tokens.Current.IsOperator(")"))
        {
            if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
            {
                throw tokens.Error($"'{tokens.Current.Text}' before an argument, which is not supported");
            }

            if (tokens.Current.Kind == TokenKind.Name && tokens.Peek().IsOperator("="))
            {
                string name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Parse()));
            }
            else if (named.Count == 0)
            {
                positional.Add(Parse());
            }
            else
            {
                throw tokens.Error("an argument without a name behind one with a name");
            }

            if (!tokens.SkipOperator(","))
            {
                break;
            }
        }

        tokens.ExpectOperator(")");
        return new CallArguments(positional, named);
    }
}
