namespace Hone.Training.Rewards.Verification;

/// <summary>Turns equations and inequalities into the values that they state.</summary>
internal static class Relations
{
    private static readonly MathNode Infinity = new ConstantNode(ConstantNode.Infinity);

    /// <summary>A chain as what it says of one variable, where it does, else as the chain; null for a mixed one.</summary>
    internal static MathNode? Of(IReadOnlyList<MathNode> sides, IReadOnlyList<string> signs)
    {
        if (signs.Contains("in"))
        {
            return signs.Count == 1 && sides[0] is SymbolNode ? new NamedNode(sides[0], sides[1]) : null;
        }

        if (signs.All(sign => sign == "="))
        {
            return Equation(sides, signs);
        }

        if (signs.Contains("=") || (signs.Contains("!=") && signs.Count > 1))
        {
            return null;
        }

        // Greater than reads as less than from behind.
        if (signs.All(sign => sign[0] == '>'))
        {
            sides = [.. sides.Reverse()];
            signs = [.. signs.Reverse().Select(sign => "<" + sign[1..])];
        }

        return Interval(sides, signs) is NamedNode interval ? interval : new RelationNode(sides, signs);
    }

    private static MathNode Equation(IReadOnlyList<MathNode> sides, IReadOnlyList<string> signs)
    {
        if (sides.Count == 2)
        {
            if (IsName(sides[0]))
            {
                return new NamedNode(sides[0], sides[1]);
            }

            if (IsName(sides[1]))
            {
                return new NamedNode(sides[1], sides[0]);
            }
        }

        return new RelationNode(sides, signs);
    }

    // x < 3, 1 <= x, 1 < x <= 3: the interval that x lies in; null where not exactly one side is a variable.
    private static NamedNode? Interval(IReadOnlyList<MathNode> sides, IReadOnlyList<string> signs)
    {
        int at = sides.Count(side => side is SymbolNode) == 1 ? sides.ToList().FindIndex(side => side is SymbolNode) : -1;
        if (at < 0 || sides.Count > 3 || (sides.Count == 3 && at != 1) || !signs.All(sign => sign[0] == '<'))
        {
            return null;
        }

        MathNode low = at > 0 ? sides[at - 1] : new NegativeNode(Infinity);
        MathNode high = at + 1 < sides.Count ? sides[at + 1] : Infinity;
        string open = at > 0 && signs[at - 1] == "<=" ? "[" : "(";
        string close = at + 1 < sides.Count && signs[at] == "<=" ? "]" : ")";
        return new NamedNode(sides[at], new SequenceNode(open, close, [low, high]));
    }

    private static bool IsName(MathNode node) => node is SymbolNode or FunctionNode { Name: "f" or "g" or "h" };
}
