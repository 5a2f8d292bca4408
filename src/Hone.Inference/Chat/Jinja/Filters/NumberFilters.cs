using System.Globalization;
using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>Filters that make numbers.</summary>
internal static class NumberFilters
{
    internal static object? Whole(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("default", 0L), ("base", 10L));
        if (arguments.Whole(values[1], "base") != 10)
        {
            throw arguments.Error("with another base than 10 is not supported");
        }

        RefuseUndefined(value, arguments.Sandbox);
        if (value is string text && long.TryParse(Digits(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed))
        {
            return parsed;
        }

        return Numbers.ToWhole(value) is { } whole ? whole
            : Double(value) is not { } number || !double.IsFinite(number) ? values[0]
            : Math.Abs(number) < 9.2e18 ? (long)number
            : throw arguments.Error("gives a number beyond whole numbers of 64 bits");
    }

    internal static object? Real(object? value, Arguments arguments)
    {
        object? fallback = arguments.Bind(0, ("default", 0.0))[0];
        RefuseUndefined(value, arguments.Sandbox);
        return Double(value) ?? fallback;
    }

    internal static object? Absolute(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        RefuseUndefined(value, arguments.Sandbox);
        return value is double number ? Math.Abs(number)
            : Numbers.ToWhole(value) is not { } whole ? throw arguments.Error($"of {PythonText.TypeName(value)}, expected a number")
            : whole < 0 ? Operators.Negative(whole, arguments.Sandbox) : whole;
    }

    internal static object? Round(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("precision", 0L), ("method", "common"));
        long precision = arguments.Whole(values[0], "precision");
        RefuseUndefined(value, arguments.Sandbox);
        if (!Numbers.Is(value))
        {
            throw arguments.Error($"of {PythonText.TypeName(value)}, expected a number");
        }

        double scale = Math.Pow(10, precision);
        return values[1] switch
        {
            "common" => Numbers.Round(value, precision, arguments.Sandbox),
            "floor" => Math.Floor(Numbers.ToDouble(value) * scale) / scale,
            "ceil" => Math.Ceiling(Numbers.ToDouble(value) * scale) / scale,
            _ => throw arguments.Error("has another method than common, ceil or floor"),
        };
    }

    private static void RefuseUndefined(object? value, Sandbox sandbox)
    {
        if (value is Undefined undefined)
        {
            throw sandbox.Error(undefined.Reason);
        }
    }

    // Python lets digits be parted by single underscores.
    private static string Digits(string text)
    {
        string bare = PythonStrings.Strip(text, null);
        bool parted = bare.Contains("__", StringComparison.Ordinal) || bare.StartsWith('_') || bare.EndsWith('_');
        return parted ? bare : bare.Replace("_", "", StringComparison.Ordinal);
    }

    private static double? Double(object? value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (value is not string text)
        {
            return Numbers.Is(value) ? Numbers.ToDouble(value) : null;
        }

        string digits = Digits(text);
        return digits.TrimStart('+', '-').ToUpperInvariant() switch
        {
            "INF" or "INFINITY" => digits.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity,
            "NAN" => double.NaN,
            _ => digits.AsSpan().IndexOfAnyInRange('0', '9') >= 0
                && double.TryParse(digits, Style, CultureInfo.InvariantCulture, out double number) ? number : null,
        };
    }
}
