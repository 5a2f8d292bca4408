using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>The tests behind `is`.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, Func<object?, Arguments, bool>> Alone = new()
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is JinjaDict,
        ["sequence"] = (value, _) => value is JinjaList { Kind: not ListKind.View } or JinjaDict or string or Undefined,
        ["iterable"] = (value, _) => Sequences.HasItems(value),
        ["number"] = (value, _) => Numbers.Is(value),
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["callable"] = (value, _) => value is Callable,
        ["odd"] = (value, arguments) => Rest(value, 2L, arguments) == 1,
        ["even"] = (value, arguments) => Rest(value, 2L, arguments) == 0,
        ["upper"] = (value, arguments) => IsCased(value, arguments, PythonStrings.Upper),
        ["lower"] = (value, arguments) => IsCased(value, arguments, PythonStrings.Lower),
    };

    private static readonly Dictionary<string, string> Comparisons = new()
    {
        ["eq"] = "==", ["equalto"] = "==", ["=="] = "==", ["ne"] = "!=", ["!="] = "!=", ["lt"] = "<", ["lessthan"] = "<",
        ["<"] = "<", ["le"] = "<=", ["<="] = "<=", ["gt"] = ">", ["greaterthan"] = ">", [">"] = ">", ["ge"] = ">=",
        [">="] = ">=", ["in"] = "in",
    };

    /// <summary>Whether a value passes the test of that name.</summary>
    internal static bool Holds(string name, object? value, Arguments arguments)
    {
        if (Alone.TryGetValue(name, out Func<object?, Arguments, bool>? test))
        {
            arguments.Bind(0);
            return test(value, arguments);
        }

        if (Comparisons.TryGetValue(name, out string? operation))
        {
            return Operators.Compare(operation, value, arguments.Bind(1, ("other", null))[0], arguments.Sandbox);
        }

        return name == "divisibleby"
            ? Rest(value, arguments.Bind(1, ("num", null))[0], arguments) == 0
            : throw arguments.Sandbox.Error($"the test '{name}' is not supported");
    }

    private static double Rest(object? value, object? divisor, Arguments arguments) =>
        Numbers.ToDouble(Operators.Compute("%", value, divisor, arguments.Sandbox)!);

    private static bool IsCased(object? value, Arguments arguments, Func<string, string> cased)
    {
        string text = PythonText.Str(value, arguments.Sandbox);
        arguments.Sandbox.Text(text.Length);
        return text.Any(c => char.IsUpper(c) || char.IsLower(c)) && cased(text) == text;
    }
}
