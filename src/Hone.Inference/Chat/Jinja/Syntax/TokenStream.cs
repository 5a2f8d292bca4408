namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>The tokens of a template with a place in them, and how deep the parser is.</summary>
internal sealed class TokenStream(List<Token> tokens)
{
    private int _at;
    private int _depth;

    internal Token Current => tokens[_at];

    internal Token Next()
    {
        Token token = tokens[_at];
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    internal Token Peek() => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    internal bool SkipName(string name)
    {
        bool found = Current.IsName(name);
        if (found)
        {
            Next();
        }

        return found;
    }

    internal bool SkipOperator(string sign)
    {
        bool found = Current.IsOperator(sign);
        if (found)
        {
            Next();
        }

        return found;
    }

    internal Token Expect(TokenKind kind, string what) =>
        Current.Kind == kind ? Next() : throw Unexpected(what);

    internal void ExpectOperator(string sign)
    {
        if (!SkipOperator(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    internal JinjaException Unexpected(string expected) => Error($"unexpected {Current.Shown}, expected {expected}");

    internal JinjaException Error(string message) => new(Current.Line, message);

    internal void Enter()
    {
        if (++_depth > JinjaLimits.ParseDepth)
        {
            throw Error($"blocks or brackets nested deeper than {JinjaLimits.ParseDepth} levels");
        }
    }

    internal void Leave() => _depth--;
}
