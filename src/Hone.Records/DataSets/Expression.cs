using System.Globalization;
using System.Text;

namespace Hone.Records.DataSets;

/// <summary>
/// A sum of terms from 1 to 99 and of products (2..9)*(2..19), where no product has a third factor. Such a sum has no
/// operand below zero, so no step of its solution has two signs in a row.
/// </summary>
internal sealed class Expression
{
    internal const int LargestTerm = 99;
    internal const int LargestLeft = 9;
    internal const int LargestRight = 19;

    private readonly int[] _operands;
    private readonly char[] _operators;

    private Expression(int[] operands, char[] operators) => (_operands, _operators) = (operands, operators);

    /// <summary>Draws that many operators, then the operands.</summary>
    internal static Expression Draw(int count, ref KeyedRandom random)
    {
        char[] operators = new char[count];
        for (int i = 0; i < operators.Length; i++)
        {
            bool afterProduct = i > 0 && operators[i - 1] == '*';
            operators[i] = "+-*"[random.Between(0, afterProduct ? 1 : 2)];
        }

        int[] operands = new int[operators.Length + 1];
        for (int i = 0; i < operands.Length; i++)
        {
            bool left = i < operators.Length && operators[i] == '*';
            bool right = i > 0 && operators[i - 1] == '*';
            operands[i] = left ? random.Between(2, LargestLeft)
                : right ? random.Between(2, LargestRight)
                : random.Between(1, LargestTerm);
        }

        return new Expression(operands, operators);
    }

    /// <summary>How many different expressions have from 1 to that many operators.</summary>
    internal static long Distinct(int level)
    {
        // Sums of so many terms in all, where a product has two operands and takes one operator more.
        const long Products = (LargestLeft - 1L) * (LargestRight - 1L);
        long[] sums = new long[level + 2];
        sums[1] = LargestTerm;
        sums[2] = Products + (2L * LargestTerm * LargestTerm);
        for (int operands = 3; operands < sums.Length; operands++)
        {
            sums[operands] = 2 * ((sums[operands - 1] * LargestTerm) + (sums[operands - 2] * Products));
        }

        return sums[2..].Sum();
    }

    /// <summary>The expression without spaces.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < _operands.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_operands[i]}");
            if (i < _operators.Length)
            {
                text.Append(_operators[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>The value, and one step an operator: products first, then from left to right.</summary>
    internal (int Value, string Steps) Solve()
    {
        List<string> steps = [];
        List<(char Sign, int Value)> terms = [];
        for (int i = 0; i < _operands.Length; i++)
        {
            char sign = i == 0 ? '+' : _operators[i - 1];
            if (sign == '*')
            {
                terms[^1] = (terms[^1].Sign, Step(steps, terms[^1].Value, '*', _operands[i]));
            }
            else
            {
                terms.Add((sign, _operands[i]));
            }
        }

        int value = terms[0].Value;
        foreach ((char sign, int term) in terms.Skip(1))
        {
            value = Step(steps, value, sign, term);
        }

        return (value, string.Join(';', steps));
    }

    private static int Step(List<string> steps, int left, char sign, int right)
    {
        int value = sign switch
        {
            '+' => left + right,
            '-' => left - right,
            _ => left * right,
        };
        steps.Add(string.Create(CultureInfo.InvariantCulture, $"{left}{sign}{right}={value}"));
        return value;
    }
}
