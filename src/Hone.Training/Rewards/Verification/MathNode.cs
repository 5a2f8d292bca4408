namespace Hone.Training.Rewards.Verification;

/// <summary>A part of an answer that was read. Expressions have a value; the others are put together from parts.</summary>
internal abstract record MathNode;

/// <summary>A written number.</summary>
internal sealed record NumberNode(Rational Value) : MathNode;

/// <summary>A variable.</summary>
internal sealed record SymbolNode(string Name) : MathNode;

/// <summary>pi, e, i or infinity.</summary>
internal sealed record ConstantNode(string Name) : MathNode
{
    internal const string Infinity = "infinity";
}

/// <summary>A sum of two or more.</summary>
internal sealed record SumNode(IReadOnlyList<MathNode> Terms) : MathNode;

/// <summary>A product of two or more.</summary>
internal sealed record ProductNode(IReadOnlyList<MathNode> Factors) : MathNode;

/// <summary>A ratio.</summary>
internal sealed record QuotientNode(MathNode Top, MathNode Bottom) : MathNode;

/// <summary>Minus something.</summary>
internal sealed record NegativeNode(MathNode Operand) : MathNode;

/// <summary>Both signs: plus-minus, or minus-plus where it is the other way round.</summary>
internal sealed record BothSignsNode(MathNode Operand, bool MinusFirst) : MathNode;

/// <summary>A power.</summary>
internal sealed record PowerNode(MathNode Base, MathNode Exponent) : MathNode;

/// <summary>A root of whole index.</summary>
internal sealed record RootNode(MathNode Radicand, int Index) : MathNode;

/// <summary>A function of one or two arguments.</summary>
internal sealed record FunctionNode(string Name, IReadOnlyList<MathNode> Arguments) : MathNode;

/// <summary>Degrees of an angle.</summary>
internal sealed record DegreesNode(MathNode Operand) : MathNode;

/// <summary>A value with a unit, or percent.</summary>
internal sealed record QuantityNode(MathNode Value, string Unit) : MathNode
{
    internal const string Percent = "%";
}

/// <summary>A tuple or an interval: what it is its brackets and the question tell.</summary>
internal sealed record SequenceNode(string Open, string Close, IReadOnlyList<MathNode> Items) : MathNode;

/// <summary>A set in braces, or several answers.</summary>
/// <param name="Items">In the order written.</param>
/// <param name="Distinct">Whether an item that is there twice counts once.</param>
internal sealed record SetNode(IReadOnlyList<MathNode> Items, bool Distinct) : MathNode;

/// <summary>A union of sets.</summary>
internal sealed record UnionNode(IReadOnlyList<MathNode> Parts) : MathNode;

/// <summary>Rows of a matrix, all of one length.</summary>
internal sealed record MatrixNode(IReadOnlyList<IReadOnlyList<MathNode>> Rows) : MathNode;

/// <summary>A variable or f(x) and what it is, or what it lies in.</summary>
internal sealed record NamedNode(MathNode Name, MathNode Value) : MathNode;

/// <summary>A chain of equations or inequalities.</summary>
internal sealed record RelationNode(IReadOnlyList<MathNode> Sides, IReadOnlyList<string> Signs) : MathNode;

/// <summary>Digits in a base that was written with them.</summary>
internal sealed record NumeralNode(Rational Digits, int Base) : MathNode;

/// <summary>A ratio or a time of day: 3:30.</summary>
internal sealed record RatioNode(IReadOnlyList<MathNode> Parts) : MathNode;
