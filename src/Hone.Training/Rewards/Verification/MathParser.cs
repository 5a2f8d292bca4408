namespace Hone.Training.Rewards.Verification;

/// <summary>Reads tokens as an answer: a value with its unit, a tuple, an interval, a set, a matrix, an equation, or several of
/// them. Whatever has two readings of different value is not read.</summary>
internal sealed partial class MathParser
{
    /// <summary>Brackets, fractions and powers deeper than this are not read.</summary>
    internal const int Deepest = 60;

    private readonly List<MathToken> _tokens;
    private int _at;
    private int _depth;

    private MathParser(List<MathToken> tokens) => _tokens = tokens;

    private bool Ended => _at >= _tokens.Count;

    private MathToken Current => Ended ? default : _tokens[_at];

    /// <summary>The answer, or null where the tokens are none.</summary>
    internal static MathNode? Parse(List<MathToken> tokens)
    {
        if (tokens.Exists(token => token.Kind == TokenKind.Unknown))
        {
            return null;
        }

        var parser = new MathParser(tokens);
        MathNode? node = parser.Answer();
        return parser.Ended ? node : null;
    }

    // item (, item)*: several answers.
    private MathNode? Answer()
    {
        List<MathNode>? items = Items();
        return items is null ? null : items.Count == 1 ? items[0] : new SetNode(items, Distinct: false);
    }

    private List<MathNode>? Items()
    {
        List<MathNode> items = [];
        do
        {
            // "1, 2, and 3"
            while (items.Count > 0 && Take("and"))
            {
            }

            if (Item() is not MathNode item)
            {
                return null;
            }

            items.Add(item);
        }
        while (Take(",") || Take(";") || Take("and"));
        return items;
    }

    // side (= side)*
    private MathNode? Item()
    {
        List<MathNode> sides = [];
        List<string> signs = [];
        do
        {
            if (Union() is not MathNode side)
            {
                return null;
            }

            sides.Add(side);
            if (Current is { Kind: TokenKind.Sign, Text: "=" or "<" or ">" or "<=" or ">=" or "!=" or "in" } sign)
            {
                signs.Add(sign.Text);
            }
        }
        while (signs.Count == sides.Count && ++_at > 0);
        return sides.Count == 1 ? sides[0] : Relations.Of(sides, signs);
    }

    private MathNode? Union()
    {
        List<MathNode> parts = [];
        do
        {
            if (Quantity() is not MathNode part)
            {
                return null;
            }

            parts.Add(part);
        }
        while (Take("cup"));
        return parts.Count == 1 ? parts[0] : new UnionNode(parts);
    }

    // $ value unit, or value : value
    private MathNode? Quantity()
    {
        bool negative = Current.Is("-") && _at + 1 < _tokens.Count && Currency(_tokens[_at + 1]) is not null && Take("-");
        string? unit = Currency(Current);
        _at += unit is null ? 0 : 1;
        MathNode? value = Sum();
        if (value is not null && Current.Is(":"))
        {
            value = Ratio(value);
        }

        if (value is null)
        {
            return null;
        }

        value = negative ? new NegativeNode(value) : value;
        string? after = Take("%") ? QuantityNode.Percent : Unit();
        if (value is DegreesNode degrees)
        {
            (value, after) = (degrees.Operand, after is null or "c" or "f" ? Units.Degree : Units.Degree + " " + after);
        }

        // Of two units, before and behind, the one behind must say the same: $5 dollars.
        return after is not null && unit is not null && after != unit ? null
            : (after ?? unit) is string name ? new QuantityNode(value, name)
            : value;
    }

    private static string? Currency(MathToken token) => token.Kind != TokenKind.Sign ? null
        : token.Text switch { "$" => Units.Dollar, "£" or "€" => token.Text, _ => null };

    private RatioNode? Ratio(MathNode first)
    {
        List<MathNode> parts = [first];
        while (Take(":"))
        {
            if (Sum() is not MathNode part)
            {
                return null;
            }

            parts.Add(part);
        }

        // "A: 18" is no ratio.
        return parts.TrueForAll(part => part is NumberNode) ? new RatioNode(parts) : null;
    }

    // Words, each with an optional power, joined by spaces or slashes: miles per hour, m/s, cm^2.
    private string? Unit()
    {
        List<string> words = [];
        while (Current.Kind == TokenKind.Word && !LatexCommands.Functions.Contains(Current.Text))
        {
            string word = Units.Canonical(Current.Text);
            _at++;
            if (Current.Is("^") && UnitPower() is int power)
            {
                words.AddRange(power == 2 ? ["square"] : ["cubic"]);
            }

            words.Add(word);
            bool slash = Current.Is("/") && _at + 1 < _tokens.Count && _tokens[_at + 1].Kind == TokenKind.Word;
            if (slash)
            {
                _at++;
                words.Add("per");
            }
        }

        return words.Count == 0 ? null : string.Join(' ', words);
    }

    private int? UnitPower()
    {
        int start = _at++;
        bool braced = Take("{");
        MathToken number = Current;
        _at++;
        bool whole = number.Kind == TokenKind.Number && (number.Text is "2/1" or "3/1") && (!braced || Take("}"));
        _at = whole ? _at : start;
        return whole ? number.Text[0] - '0' : null;
    }

    private bool Take(string sign)
    {
        if (!Current.Is(sign))
        {
            return false;
        }

        _at++;
        return true;
    }
}
