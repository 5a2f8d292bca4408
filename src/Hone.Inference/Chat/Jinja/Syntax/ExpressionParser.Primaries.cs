using System.Globalization;

namespace Hone.Inference.Chat.Jinja.Syntax;

// Names, numbers, texts, and what stands in brackets.
internal sealed partial class ExpressionParser
{
    private Expression ParsePrimary()
    {
        Token token = tokens.Next();
        return token.Kind switch
        {
            TokenKind.Name => Named(token),
            TokenKind.Text => new Literal(token.Line, Text(token)),
            TokenKind.Integer => new Literal(token.Line, long.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Float => new Literal(token.Line, double.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Operator when token.Text == "(" => ParseParentheses(token.Line),
            TokenKind.Operator when token.Text == "[" => ParseList(token.Line),
            TokenKind.Operator when token.Text == "{" => ParseDict(token.Line),
            _ => throw new JinjaException(token.Line, $"unexpected {token.Shown}, expected a value"),
        };
    }

    private static Expression Named(Token token) => token.Text switch
    {
        "true" or "True" => new Literal(token.Line, true),
        "false" or "False" => new Literal(token.Line, false),
        "none" or "None" => new Literal(token.Line, null),
        _ => new Variable(token.Line, token.Text),
    };

    // Texts that stand side by side are one.
    private string Text(Token token)
    {
        string text = token.Text;
        while (tokens.Current.Kind == TokenKind.Text)
        {
            text += tokens.Next().Text;
        }

        return text;
    }

    private Expression ParseParentheses(int line)
    {
        if (tokens.SkipOperator(")"))
        {
            return new ListLiteral(line, [], Tuple: true);
        }

        Expression inner = ParseTuple();
        tokens.ExpectOperator(")");
        return inner;
    }

    private ListLiteral ParseList(int line)
    {
        List<Expression> items = [];
        while (!tokens.Current.IsOperator("]"))
        {
            items.Add(Parse());
            if (!tokens.SkipOperator(","))
            {
                break;
            }
        }

        tokens.ExpectOperator("]");
        return new ListLiteral(line, items, Tuple: false);
    }

    private DictLiteral ParseDict(int line)
    {
        List<(Expression, Expression)> items = [];
        while (!tokens.Current.IsOperator("}"))
        {
            Expression key = Parse();
            tokens.ExpectOperator(":");
            items.Add((key, Parse()));
            if (!tokens.SkipOperator(","))
            {
                break;
            }
        }

        tokens.ExpectOperator("}");
        return new DictLiteral(line, items);
    }
}
