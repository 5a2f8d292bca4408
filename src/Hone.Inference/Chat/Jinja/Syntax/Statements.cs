namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>A statement of a template.</summary>
internal abstract record Statement(int Line);

/// <summary>Text as it stands.</summary>
internal sealed record Data(int Line, string Text) : Statement(Line);

internal sealed record Print(int Line, Expression Value) : Statement(Line);

internal sealed record If(
    int Line, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise)
    : Statement(Line);

internal sealed record For(
    int Line, AssignTarget Target, Expression Items, Expression? Filter, IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Otherwise) : Statement(Line);

internal sealed record Set(int Line, AssignTarget Target, Expression Value) : Statement(Line);

/// <summary>{% set x | filter %}...{% endset %}.</summary>
internal sealed record SetBlock(int Line, AssignTarget Target, IReadOnlyList<FilterCall> Filters, IReadOnlyList<Statement> Body)
    : Statement(Line);

internal sealed record MacroDefinition(
    int Line, string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body)
    : Statement(Line);

/// <summary>{% generation %}: its body, in a scope of its own.</summary>
internal sealed record Group(int Line, IReadOnlyList<Statement> Body) : Statement(Line);

internal sealed record Break(int Line) : Statement(Line);

internal sealed record Continue(int Line) : Statement(Line);

/// <summary>What a value is assigned to.</summary>
internal abstract record AssignTarget(int Line);

internal sealed record NameTarget(int Line, string Name) : AssignTarget(Line);

/// <summary>space.name, where space is a namespace.</summary>
internal sealed record NamespaceTarget(int Line, string Space, string Name) : AssignTarget(Line);

internal sealed record TupleTarget(int Line, IReadOnlyList<AssignTarget> Items) : AssignTarget(Line);
