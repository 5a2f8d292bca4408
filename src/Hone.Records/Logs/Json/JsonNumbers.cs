using System.Buffers.Text;

namespace Hone.Records.Logs.Json;

/// <summary>Reads numbers from the raw text of JSON values, as Python and data frames write them too.</summary>
internal static class JsonNumbers
{
    private const int MostShort = 15;
    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];
    /// <summary>A number, a number in quotes, true or false as 1 or 0; null, NaN and the infinities as themselves (null as
    /// NaN).</summary>
    /// <returns>Whether the value is one of these.</returns>
    internal static bool TryDouble(ReadOnlySpan<byte> value, out double number)
    {
        number = double.NaN;
        if (value.Length > 2 && value[0] == (byte)'"')
        {
            value = value[1..^1];
        }

        if (TryShort(value, out number) || (Utf8Parser.TryParse(value, out number, out int used) && used == value.Length))
        {
            return true;
        }

        (bool known, number) = value switch
        {
            _ when value.SequenceEqual("null"u8) || value.SequenceEqual("NaN"u8) => (true, double.NaN),
            _ when value.SequenceEqual("true"u8) => (true, 1.0),
            _ when value.SequenceEqual("false"u8) => (true, 0.0),
            _ when value.SequenceEqual("Infinity"u8) || value.SequenceEqual("inf"u8) => (true, double.PositiveInfinity),
            _ when value.SequenceEqual("-Infinity"u8) || value.SequenceEqual("-inf"u8) => (true, double.NegativeInfinity),
            _ => (false, double.NaN),
        };
        return known;
    }

    /// <summary>Steps, counts and most rewards: up to 15 digits with or without a point. As doubles hold their digits and powers of
    /// ten up to 22 exactly, one division rounds right (Clinger, PLDI 1990).</summary>
    private static bool TryShort(ReadOnlySpan<byte> value, out double number)
    {
        number = 0;
        bool negative = value.StartsWith("-"u8);
        ReadOnlySpan<byte> rest = negative ? value[1..] : value;
        if (rest.Length is 0 or > MostShort || !char.IsAsciiDigit((char)rest[0]) || rest[^1] == (byte)'.')
        {
            return false;
        }

        long digits = 0;
        int point = rest.Length - 1;
        for (int i = 0; i < rest.Length; i++)
        {
            int digit = rest[i] - '0';
            if (digit is >= 0 and <= 9)
            {
                digits = (10 * digits) + digit;
            }
            else if (rest[i] == (byte)'.' && point == rest.Length - 1)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        number = digits / PowersOfTen[rest.Length - 1 - point];
        number = negative ? -number : number;
        return true;
    }

    /// <summary>Walks the values of a list.</summary>
    /// <param name="list">The list's text, brackets included.</param>
    internal static ListValues Values(ReadOnlySpan<byte> list) => new(list);

    /// <summary>The values of a JSON list as raw text.</summary>
    internal ref struct ListValues(ReadOnlySpan<byte> list)
    {
        private readonly ReadOnlySpan<byte> _list = list;
        private int _at = 1;

        /// <summary>Moves to the next value.</summary>
        /// <exception cref="RowException">The list is no JSON.</exception>
        internal bool Next(out ReadOnlySpan<byte> value)
        {
            value = default;
            _at = JsonScan.SkipBlanks(_list, _at);
            if (_at >= _list.Length - 1)
            {
                return false;
            }

            int end = JsonScan.ValueEnd(_list, _at);
            if (end < 0)
            {
                throw JsonProblems.Invalid(_list, _at);
            }

            value = _list[_at..end];
            _at = JsonScan.SkipBlanks(_list, end);
            if (_at < _list.Length - 1 && _list[_at] != (byte)',')
            {
                throw JsonProblems.Invalid(_list, _at);
            }

            _at++;
            return true;
        }
    }
}
