using Hone.Records.Logs.Json;

namespace Hone.Records.Logs.Importers;

/// <summary>Reads values of rows whose form a trainer gives, and says what is wrong with them.</summary>
internal static class RowValues
{
    /// <summary>A number, which may be NaN; null counts as NaN.</summary>
    /// <param name="value">The value; empty where the row has no such field.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="line">The row, for its other fields' names.</param>
    /// <exception cref="RowException">It is missing, or no number.</exception>
    internal static double Number(ReadOnlySpan<byte> value, string name, ReadOnlySpan<byte> line)
    {
        Require(value, name, line);
        return JsonNumbers.TryDouble(value, out double number) ? number : throw Refuse(value, name, "a number");
    }

    /// <summary>A list of a number a token, taken out of a list of one around it.</summary>
    /// <exception cref="RowException">It is missing, or no list.</exception>
    internal static ReadOnlySpan<byte> Tokens(ReadOnlySpan<byte> value, string name, ReadOnlySpan<byte> line)
    {
        Require(value, name, line);
        return value[0] == (byte)'[' ? UnwrappedList(value) : throw Refuse(value, name, "a list of numbers");
    }

    /// <summary>The value inside of lists of one.</summary>
    internal static ReadOnlySpan<byte> Unwrapped(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty && value[0] == (byte)'[')
        {
            JsonNumbers.ListValues values = JsonNumbers.Values(value);
            if (!values.Next(out ReadOnlySpan<byte> inner) || values.Next(out _))
            {
                break;
            }

            value = inner;
        }

        return value;
    }

    /// <summary>The innermost list inside of lists of one.</summary>
    internal static ReadOnlySpan<byte> UnwrappedList(ReadOnlySpan<byte> value)
    {
        while (value[0] == (byte)'[')
        {
            JsonNumbers.ListValues values = JsonNumbers.Values(value);
            if (!values.Next(out ReadOnlySpan<byte> inner) || inner[0] != (byte)'[')
            {
                break;
            }

            value = inner;
        }

        return value;
    }

    /// <summary>Sum and count of a list's numbers; NaN where one is not finite.</summary>
    /// <param name="list">The list.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="tokens">Takes each number; null where nobody asks.</param>
    /// <exception cref="RowException">Something in it is no number.</exception>
    internal static (double Sum, int Count) Sum(ReadOnlySpan<byte> list, string name, TokenFigures? tokens)
    {
        double sum = 0;
        int count = 0;
        JsonNumbers.ListValues values = JsonNumbers.Values(list);
        while (values.Next(out ReadOnlySpan<byte> value))
        {
            double number = Number(value, name, default);
            sum += number;
            count++;
            tokens?.Add(number);
        }

        return (sum, count);
    }

    /// <summary>Refuses a row without a field.</summary>
    internal static void Require(ReadOnlySpan<byte> value, string name, ReadOnlySpan<byte> line)
    {
        if (value.IsEmpty)
        {
            throw new RowException($"no field '{name}'; the fields are {RecordError.List(line.IsEmpty ? [] : LineNames.Of(line))}",
                "read the rows as they are with --format json-lines and --field OURS=THEIRS");
        }
    }

    /// <summary>What to say of a value of a wrong kind.</summary>
    internal static RowException Refuse(ReadOnlySpan<byte> value, string name, string expected)
    {
        return new RowException($"field '{name}' is {RecordError.Given(value)}, expected {expected}", "correct or remove this line");
    }
}
