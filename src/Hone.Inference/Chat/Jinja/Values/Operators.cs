using System.Text;
using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>The operators between two values.</summary>
internal static class Operators
{
    internal static object? Compute(string operation, object? left, object? right, Sandbox sandbox)
    {
        RefuseUndefined(left, sandbox);
        RefuseUndefined(right, sandbox);
        if (Numbers.Is(left) && Numbers.Is(right))
        {
            return Numbers.Compute(operation, left, right, sandbox);
        }

        switch (operation, left, right)
        {
            case ("+", string a, string b):
                sandbox.Text((long)a.Length + b.Length);
                return a + b;
            case ("+", JinjaList { Kind: ListKind.List or ListKind.Tuple } a, JinjaList b) when a.Kind == b.Kind:
                sandbox.Step(a.Items.Count + b.Items.Count);
                return a with { Items = [.. a.Items, .. b.Items] };
            case ("*", string text, _) when Numbers.ToWhole(right) is { } times:
                return Repeat(text, times, sandbox);
            case ("*", _, string text) when Numbers.ToWhole(left) is { } times:
                return Repeat(text, times, sandbox);
            case ("*", JinjaList list, _) when Numbers.ToWhole(right) is { } times:
                return Repeat(list, times, sandbox);
            case ("*", _, JinjaList list) when Numbers.ToWhole(left) is { } times:
                return Repeat(list, times, sandbox);
            case ("%", string, _):
                throw sandbox.Error("formatting a text with '%' is not supported, expected '~' or '+' between texts");
            default:
                throw sandbox.Error(
                    $"'{operation}' between {PythonText.TypeName(left)} and {PythonText.TypeName(right)}, which it does not take");
        }
    }

    internal static object Negative(object? value, Sandbox sandbox) => value switch
    {
        double number => -number,
        _ when Numbers.ToWhole(value) is { } whole => Numbers.Compute("-", 0L, whole, sandbox),
        _ => throw sandbox.Error($"'-' before {Described(value)}, expected a number"),
    };

    internal static object Positive(object? value, Sandbox sandbox) => value switch
    {
        double number => number,
        _ when Numbers.ToWhole(value) is { } whole => (object)whole,
        _ => throw sandbox.Error($"'+' before {Described(value)}, expected a number"),
    };

    internal static bool Compare(string operation, object? left, object? right, Sandbox sandbox)
    {
        switch (operation)
        {
            case "==":
                return Comparing.Same(left, right, sandbox);
            case "!=":
                return !Comparing.Same(left, right, sandbox);
            case "in":
                return Comparing.Contains(right, left, sandbox);
            case "not in":
                return !Comparing.Contains(right, left, sandbox);
            default:
                RefuseUndefined(left, sandbox);
                RefuseUndefined(right, sandbox);
                if (left is double.NaN || right is double.NaN)
                {
                    return false;
                }

                int order = Comparing.Order(left, right, operation, sandbox);
                return operation switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
        }
    }

    private static void RefuseUndefined(object? value, Sandbox sandbox)
    {
        if (value is Undefined undefined)
        {
            throw sandbox.Error(undefined.Reason);
        }
    }

    private static string Described(object? value) =>
        value is Undefined undefined ? $"an undefined value ({undefined.Reason})" : PythonText.TypeName(value);

    private static string Repeat(string text, long times, Sandbox sandbox)
    {
        long count = text.Length == 0 ? 0 : Math.Clamp(times, 0, JinjaLimits.TextWork + 1L);
        sandbox.Text(text.Length * count);
        return new StringBuilder().Insert(0, text, (int)count).ToString();
    }

    private static JinjaList Repeat(JinjaList list, long times, Sandbox sandbox)
    {
        if (list.Kind is not (ListKind.List or ListKind.Tuple))
        {
            throw sandbox.Error($"'*' between {PythonText.TypeName(list)} and an int, which it does not take");
        }

        long count = list.Items.Count == 0 ? 0 : Math.Clamp(times, 0, JinjaLimits.Steps + 1L);
        sandbox.Step((int)Math.Min(int.MaxValue, list.Items.Count * count));
        return list with { Items = [.. Enumerable.Repeat(list.Items, (int)count).SelectMany(part => part)] };
    }
}
