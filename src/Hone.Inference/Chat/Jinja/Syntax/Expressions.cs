namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>An expression of a template.</summary>
internal abstract record Expression(int Line);

internal sealed record Literal(int Line, object? Value) : Expression(Line);

internal sealed record Variable(int Line, string Name) : Expression(Line);

/// <summary>[a, b] or (a, b).</summary>
internal sealed record ListLiteral(int Line, IReadOnlyList<Expression> Items, bool Tuple) : Expression(Line);

internal sealed record DictLiteral(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression(Line);

internal sealed record AttributeOf(int Line, Expression Target, string Name) : Expression(Line);

internal sealed record Subscript(int Line, Expression Target, Expression Key) : Expression(Line);

/// <summary>target[start:stop:step].</summary>
internal sealed record Slice(int Line, Expression Target, Expression? Start, Expression? Stop, Expression? Step)
    : Expression(Line);

internal sealed record Call(int Line, Expression Target, CallArguments Arguments) : Expression(Line);

/// <summary>target | name(arguments); the target is null where the filter is that of a block.</summary>
internal sealed record FilterCall(int Line, Expression? Target, string Name, CallArguments Arguments) : Expression(Line);

/// <summary>target is name(arguments).</summary>
internal sealed record TestCall(int Line, Expression Target, string Name, CallArguments Arguments) : Expression(Line);

internal sealed record Negative(int Line, Expression Operand) : Expression(Line);

internal sealed record Positive(int Line, Expression Operand) : Expression(Line);

internal sealed record Not(int Line, Expression Operand) : Expression(Line);

/// <summary>Both sides are computed: + - * / // % **.</summary>
internal sealed record Binary(int Line, string Operator, Expression Left, Expression Right) : Expression(Line);

/// <summary>The right side is computed only where it decides.</summary>
internal sealed record Logical(int Line, bool And, Expression Left, Expression Right) : Expression(Line);

/// <summary>a ~ b ~ c.</summary>
internal sealed record Concatenation(int Line, IReadOnlyList<Expression> Parts) : Expression(Line);

/// <summary>a &lt; b == c: each operand is compared with the one before.</summary>
internal sealed record Comparison(int Line, Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest)
    : Expression(Line);

/// <summary>then if condition else otherwise.</summary>
internal sealed record Conditional(int Line, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Line);

/// <summary>What stands between the parentheses of a call.</summary>
internal sealed record CallArguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    internal static readonly CallArguments None = new([], []);
}
