using System.Buffers.Text;

namespace Hone.Records.Logs.Json;

/// <summary>Reads numbers from the raw text of JSON values, as Python and data frames write them too.</summary>
internal static class JsonNumbers
{
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

        if (Utf8Parser.TryParse(value, out number, out int used) && used == value.Length)
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
