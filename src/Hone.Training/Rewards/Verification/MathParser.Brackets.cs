namespace Hone.Training.Rewards.Verification;

/// <content>Brackets and matrices.</content>
internal sealed partial class MathParser
{
    // One item in round or square brackets is a group; several are a tuple or an interval.
    private MathNode? Bracketed(string open)
    {
        if (++_depth > Deepest)
        {
            return null;
        }

        _at++;
        if (open == "\\{" && Take("\\}"))
        {
            _depth--;
            return new SetNode([], Distinct: true);
        }

        List<MathNode>? items = Items();
        string close = Current.Kind == TokenKind.Sign ? Current.Text : "";
        _at++;
        _depth--;
        if (items is null)
        {
            return null;
        }

        return (open, close) switch
        {
            ("\\{", "\\}") => new SetNode(items, Distinct: true),
            ("<|", "|>") => new SequenceNode(open, close, items),
            ("(", ")") or ("[", "]") when items.Count == 1 => items[0],
            ("(" or "[", ")" or "]") when items.Count > 1 => new SequenceNode(open, close, items),
            _ => null,
        };
    }

    private MatrixNode? Matrix()
    {
        _at++;
        List<IReadOnlyList<MathNode>> rows = [];
        do
        {
            // A row end before the matrix's end opens no row.
            if (rows.Count > 0 && Current.Is("end"))
            {
                break;
            }

            List<MathNode> row = [];
            do
            {
                if (Sum() is not MathNode cell)
                {
                    return null;
                }

                row.Add(cell);
            }
            while (Take("&"));
            rows.Add(row);
        }
        while (Take("\\\\"));
        return Take("end") && rows.TrueForAll(row => row.Count == rows[0].Count) ? new MatrixNode(rows) : null;
    }
}
