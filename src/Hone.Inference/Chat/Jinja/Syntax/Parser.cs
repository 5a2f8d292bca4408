namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>Parses a template into statements.</summary>
internal sealed class Parser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private Parser(string source)
    {
        _tokens = new TokenStream(Lexer.Tokenize(source));
        _expressions = new ExpressionParser(_tokens);
    }

    internal static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new Parser(source);
        return parser.ParseBody();
    }

    // Up to one of these tags, which stays the current name; up to the end of the template where none is given.
    private List<Statement> ParseBody(params string[] ends)
    {
        _tokens.Enter();
        int line = _tokens.Current.Line;
        List<Statement> body = [];
        while (true)
        {
            Token token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Data(token.Line, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new Print(token.Line, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd, "'}}'");
                    break;
                case TokenKind.BlockBegin:
                    if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text))
                    {
                        _tokens.Leave();
                        return body;
                    }

                    body.Add(ParseStatement());
                    break;
                default:
                    _tokens.Leave();
                    return ends.Length == 0
                        ? body
                        : throw new JinjaException(line, $"a block is not closed, expected '{{% {ends[^1]} %}}'");
            }
        }
    }

    private List<Statement> ParseBodyAndEnd(string end)
    {
        List<Statement> body = ParseBody(end);
        _tokens.Next();
        EndTag();
        return body;
    }

    private Statement ParseStatement()
    {
        Token tag = _tokens.Expect(TokenKind.Name, "the name of a block");
        return tag.Text switch
        {
            "if" => ParseIf(tag.Line),
            "for" => ParseFor(tag.Line),
            "set" => ParseSet(tag.Line),
            "macro" => ParseMacro(tag.Line),
            "generation" => ParseGeneration(tag.Line),
            "break" or "continue" => ParseLoopControl(tag),
            "elif" or "else" or "endif" or "endfor" or "endset" or "endmacro" or "endgeneration" =>
                throw new JinjaException(tag.Line, $"'{{% {tag.Text} %}}' without the block that it belongs to"),
            _ => throw new JinjaException(tag.Line, $"the block '{{% {tag.Text} %}}' is not supported"),
        };
    }

    private void EndTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    private If ParseIf(int line)
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        IReadOnlyList<Statement> otherwise = [];
        string tag = "elif";
        while (tag == "elif")
        {
            Expression condition = _expressions.ParseTuple(conditional: false);
            EndTag();
            branches.Add((condition, ParseBody("elif", "else", "endif")));
            tag = _tokens.Next().Text;
        }

        EndTag();
        if (tag == "else")
        {
            otherwise = ParseBodyAndEnd("endif");
        }

        return new If(line, branches, otherwise);
    }

    private For ParseFor(int line)
    {
        AssignTarget target = ParseTarget(spaces: false);
        if (!_tokens.SkipName("in"))
        {
            throw _tokens.Unexpected("'in'");
        }

        Expression items = _expressions.ParseTuple(conditional: false);
        Expression? filter = _tokens.SkipName("if") ? _expressions.Parse() : null;
        if (_tokens.Current.IsName("recursive"))
        {
            throw _tokens.Error("a 'recursive' loop is not supported");
        }

        EndTag();
        _loops++;
        List<Statement> body = ParseBody("else", "endfor");
        _loops--;
        bool hasElse = _tokens.Next().Text == "else";
        EndTag();
        return new For(line, target, items, filter, body, hasElse ? ParseBodyAndEnd("endfor") : []);
    }

    private Statement ParseSet(int line)
    {
        AssignTarget target = ParseTarget(spaces: true);
        if (_tokens.SkipOperator("="))
        {
            var set = new Set(line, target, _expressions.ParseTuple());
            EndTag();
            return set;
        }

        List<FilterCall> filters = [];
        for (var filter = _expressions.ParseFilters(null) as FilterCall; filter is not null; filter = filter.Target as FilterCall)
        {
            filters.Insert(0, filter);
        }

        EndTag();
        return new SetBlock(line, target, filters, ParseBodyAndEnd("endset"));
    }

    // A block that is a function of its own cannot end a loop around it.
    private int Leave()
    {
        int loops = _loops;
        _loops = 0;
        return loops;
    }

    private MacroDefinition ParseMacro(int line)
    {
        string name = _tokens.Expect(TokenKind.Name, "the macro's name").Text;
        _tokens.ExpectOperator("(");
        List<(string, Expression?)> parameters = [];
        while (!_tokens.Current.IsOperator(")"))
        {
            string parameter = _tokens.Expect(TokenKind.Name, "the name of a parameter").Text;
            parameters.Add((parameter, _tokens.SkipOperator("=") ? _expressions.Parse() : null));
            if (!_tokens.SkipOperator(","))
            {
                break;
            }
        }

        _tokens.ExpectOperator(")");
        EndTag();
        int loops = Leave();
        var macro = new MacroDefinition(line, name, parameters, ParseBodyAndEnd("endmacro"));
        _loops = loops;
        return macro;
    }

    private Group ParseGeneration(int line)
    {
        EndTag();
        int loops = Leave();
        var group = new Group(line, ParseBodyAndEnd("endgeneration"));
        _loops = loops;
        return group;
    }

    private Statement ParseLoopControl(Token tag)
    {
        if (_loops == 0)
        {
            throw new JinjaException(tag.Line, $"'{{% {tag.Text} %}}' outside a loop");
        }

        EndTag();
        return tag.Text == "break" ? new Break(tag.Line) : new Continue(tag.Line);
    }

    private AssignTarget ParseTarget(bool spaces)
    {
        int line = _tokens.Current.Line;
        AssignTarget first = ParseOneTarget(spaces);
        if (!_tokens.Current.IsOperator(","))
        {
            return first;
        }

        List<AssignTarget> items = [first];
        while (_tokens.SkipOperator(",") && !_tokens.Current.IsName("in") && !_tokens.Current.IsOperator("=")
            && !_tokens.Current.IsOperator(")"))
        {
            items.Add(ParseOneTarget(spaces));
        }

        return new TupleTarget(line, items);
    }

    private AssignTarget ParseOneTarget(bool spaces)
    {
        _tokens.Enter();
        AssignTarget target;
        if (_tokens.SkipOperator("("))
        {
            target = ParseTarget(spaces);
            _tokens.ExpectOperator(")");
        }
        else
        {
            Token name = _tokens.Expect(TokenKind.Name, "a name to assign to");
            if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
            {
                throw new JinjaException(name.Line, $"'{name.Text}' cannot be assigned to");
            }

            target = spaces && _tokens.SkipOperator(".")
                ? new NamespaceTarget(name.Line, name.Text, _tokens.Expect(TokenKind.Name, "a name behind '.'").Text)
                : new NameTarget(name.Line, name.Text);
        }

        _tokens.Leave();
        return target;
    }
}
