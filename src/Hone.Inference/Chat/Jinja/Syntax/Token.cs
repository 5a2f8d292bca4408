namespace Hone.Inference.Chat.Jinja.Syntax;

internal enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a text literal, what the escapes stand for.</param>
/// <param name="Line">Its line, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    internal bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    internal bool IsOperator(string sign) => Kind == TokenKind.Operator && Text == sign;

    /// <summary>How an error names it.</summary>
    internal string Shown => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.VariableEnd => "'}}'",
        TokenKind.Data or TokenKind.Text => "text",
        _ => $"'{Text}'",
    };
}
