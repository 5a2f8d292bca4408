namespace Hone.Training.Rewards.Verification;

/// <summary>Writes plus-minus out as the answers that it stands for.</summary>
internal static class BothSigns
{
    private const int MostSigns = 4;

    /// <summary>The answers, one if there is no plus-minus; null if there are more than four of it.</summary>
    /// <remarks>With minus-plus in it the signs go together, as in a ± b ∓ c; otherwise each goes both ways.</remarks>
    internal static List<MathNode>? Expand(MathNode node)
    {
        List<bool> found = [];
        Visit(node, (operand, minusFirst) =>
        {
            found.Add(minusFirst);
            return operand;
        });
        if (found.Count is 0 or > MostSigns)
        {
            return found.Count == 0 ? [node] : null;
        }

        bool together = found.Contains(true) && found.Contains(false);
        int choices = together ? 2 : 1 << found.Count;
        return [.. Enumerable.Range(0, choices).Select(choice =>
        {
            int sign = 0;
            return Visit(node, (operand, minusFirst) =>
            {
                bool minus = together ? minusFirst != (choice == 1) : ((choice >> sign) & 1) == 1;
                sign++;
                return minus ? new NegativeNode(operand) : operand;
            });
        })];
    }

    private static MathNode Visit(MathNode node, Func<MathNode, bool, MathNode> sign)
    {
        MathNode[] All(IReadOnlyList<MathNode> nodes) => [.. nodes.Select(item => Visit(item, sign))];
        return node switch
        {
            BothSignsNode both => sign(Visit(both.Operand, sign), both.MinusFirst),
            SumNode sum => new SumNode(All(sum.Terms)),
            ProductNode product => new ProductNode(All(product.Factors)),
            QuotientNode quotient => new QuotientNode(Visit(quotient.Top, sign), Visit(quotient.Bottom, sign)),
            NegativeNode negative => new NegativeNode(Visit(negative.Operand, sign)),
            PowerNode power => new PowerNode(Visit(power.Base, sign), Visit(power.Exponent, sign)),
            RootNode root => root with { Radicand = Visit(root.Radicand, sign) },
            FunctionNode function => function with { Arguments = All(function.Arguments) },
            DegreesNode degrees => new DegreesNode(Visit(degrees.Operand, sign)),
            QuantityNode quantity => quantity with { Value = Visit(quantity.Value, sign) },
            SequenceNode sequence => sequence with { Items = All(sequence.Items) },
            NamedNode named => named with { Value = Visit(named.Value, sign) },
            _ => node,
        };
    }
}
