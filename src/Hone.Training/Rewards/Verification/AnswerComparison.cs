namespace Hone.Training.Rewards.Verification;

/// <summary>Whether two answers that were read are the same.</summary>
internal sealed class AnswerComparison
{
    private readonly WorkLimit _work = new();
    private readonly ExpressionEquality _expressions;

    internal AnswerComparison() => _expressions = new ExpressionEquality(_work);

    internal bool Same(MathNode a, MathNode b)
    {
        if (!_work.Spend(1))
        {
            return false;
        }

        if (a is NumberNode one && b is NumberNode other)
        {
            return one.Value == other.Value;
        }

        (a, b) = (WrittenOut(a), WrittenOut(b));
        return (a, b) switch
        {
            (NamedNode x, NamedNode y) => SameNamed(x, y),
            (NamedNode x, RelationNode y) => SameRelation(AsRelation(x), y),
            (RelationNode x, NamedNode y) => SameRelation(x, AsRelation(y)),
            (RelationNode x, RelationNode y) => SameRelation(x, y),
            (NamedNode x, _) => Same(x.Value, b),
            (_, NamedNode y) => Same(a, y.Value),
            (RelationNode x, _) => AllAre(x, b),
            (_, RelationNode y) => AllAre(y, a),
            (SetNode x, SetNode y) => SameItems(x.Items, y.Items, x.Distinct || y.Distinct),
            (UnionNode x, UnionNode y) => SameItems(x.Parts, y.Parts, distinct: true),
            (SequenceNode x, SequenceNode y) => x.Open == y.Open && x.Close == y.Close && SameInOrder(x.Items, y.Items),
            (MatrixNode x, MatrixNode y) => x.Rows.Count == y.Rows.Count && x.Rows.Zip(y.Rows).All(rows => SameInOrder(rows.First, rows.Second)),
            (RatioNode x, RatioNode y) => SameInOrder(x.Parts, y.Parts),
            (NumeralNode x, NumeralNode y) => x == y,
            (QuantityNode or DegreesNode, _) or (_, QuantityNode or DegreesNode) => SameQuantity(Quantity(a), Quantity(b)),
            _ => SameExpression(a, b),
        };
    }

    private static MathNode WrittenOut(MathNode node)
    {
        if (node is SetNode set)
        {
            List<MathNode>?[] items = [.. set.Items.Select(BothSigns.Expand)];
            return Array.TrueForAll(items, item => item?.Count == 1) ? node
                : new SetNode([.. items.SelectMany(item => item ?? [])], Distinct: true);
        }

        return BothSigns.Expand(node) is { Count: > 1 } both ? new SetNode(both, Distinct: true) : node;
    }

    // x = 3 is 3 to whom x is no surprise, but not y = 3.
    private bool SameNamed(NamedNode a, NamedNode b) =>
        (SameName(a.Name, b.Name) && Same(a.Value, b.Value)) || SameRelation(AsRelation(a), AsRelation(b));

    private bool SameName(MathNode a, MathNode b) => (a, b) switch
    {
        (SymbolNode x, SymbolNode y) => x == y,
        (FunctionNode x, FunctionNode y) => x.Name == y.Name && SameInOrder(x.Arguments, y.Arguments),
        _ => false,
    };

    // 1 + 1 = 2 and x = 6/2 = 3 give their last side, if they are true.
    private bool AllAre(RelationNode chain, MathNode value) =>
        chain.Signs.All(sign => sign == "=") && chain.Sides.Skip(chain.Sides[0] is SymbolNode ? 1 : 0).All(side => Same(side, value));

    private static RelationNode AsRelation(NamedNode named) => new([named.Name, named.Value], ["="]);

    private bool SameRelation(RelationNode a, RelationNode b)
    {
        if (!a.Signs.SequenceEqual(b.Signs))
        {
            return false;
        }

        return SameInOrder(a.Sides, b.Sides)
            || (a.Signs is ["="] && _expressions.SameEquation(a.Sides[0], a.Sides[1], b.Sides[0], b.Sides[1]))
            || (a.Signs is ["!="] && Same(a.Sides[0], b.Sides[1]) && Same(a.Sides[1], b.Sides[0]));
    }

    private static QuantityNode Quantity(MathNode node) => node switch
    {
        QuantityNode quantity => quantity,
        DegreesNode degrees => new QuantityNode(degrees.Operand, Units.Degree),
        _ => new QuantityNode(node, ""),
    };

    // A unit that one side leaves out is no difference. 50% is 50, the unit left out, and 0.5, which is what it means.
    private bool SameQuantity(QuantityNode a, QuantityNode b)
    {
        if (a.Unit == b.Unit || a.Unit.Length == 0 || b.Unit.Length == 0)
        {
            return Same(a.Value, b.Value)
                || (a.Unit == QuantityNode.Percent && b.Unit.Length == 0 && Same(Hundredth(a.Value), b.Value))
                || (b.Unit == QuantityNode.Percent && a.Unit.Length == 0 && Same(a.Value, Hundredth(b.Value)));
        }

        return false;
    }

    private static QuotientNode Hundredth(MathNode value) => new(value, new NumberNode(100));

    private bool SameExpression(MathNode a, MathNode b)
    {
        if (Infinite(a) is int x && Infinite(b) is int y)
        {
            return x == y && x != 0 || (x == 0 && y == 0 && _expressions.Equal(a, b));
        }

        return false;
    }

    // 1 or -1 for infinity, 0 for what is finite; null for what is no value.
    private static int? Infinite(MathNode node) => node switch
    {
        ConstantNode { Name: ConstantNode.Infinity } => 1,
        NegativeNode { Operand: ConstantNode { Name: ConstantNode.Infinity } } => -1,
        SetNode or UnionNode or SequenceNode or MatrixNode or RatioNode or NumeralNode or NamedNode or RelationNode => null,
        _ => 0,
    };

    private bool SameInOrder(IReadOnlyList<MathNode> a, IReadOnlyList<MathNode> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second));

    // Each item has its partner. Equality is an equivalence, so the first partner that fits will do.
    private bool SameItems(IReadOnlyList<MathNode> a, IReadOnlyList<MathNode> b, bool distinct)
    {
        if (distinct)
        {
            return a.All(item => b.Any(other => Same(item, other))) && b.All(item => a.Any(other => Same(item, other)));
        }

        List<MathNode> left = [.. b];
        return a.Count == b.Count && a.All(item =>
        {
            int at = left.FindIndex(other => Same(item, other));
            if (at >= 0)
            {
                left.RemoveAt(at);
            }

            return at >= 0;
        });
    }
}
