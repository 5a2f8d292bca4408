using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>Filters on whole lists, dicts and texts.</summary>
internal static class SequenceFilters
{
    internal static object? Default(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("default_value", ""), ("boolean", false));
        bool replaced = value is Undefined || (Comparing.Truth(values[1]) && !Comparing.Truth(value));
        return replaced ? values[0] : value;
    }

    internal static object? Length(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        return Sequences.Length(value, arguments.Sandbox);
    }

    internal static object? First(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        return Sequences.Items(value, "'first'", arguments.Sandbox) is [var first, ..] ? first : new Undefined("there is no first item");
    }

    internal static object? Last(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        return Backwards(value, arguments, "'last'") is [var last, ..] ? last : new Undefined("there is no last item");
    }

    internal static object? List(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        return new JinjaList([.. Sequences.Items(value, "'list'", arguments.Sandbox)]);
    }

    internal static object? Items(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        return value switch
        {
            Undefined => new Generator([]),
            JinjaDict dict => new Generator(Counted(dict.ItemList, arguments.Sandbox)),
            _ => throw arguments.Error($"on {PythonText.TypeName(value)}, expected a dict"),
        };
    }

    internal static object? Reverse(object? value, Arguments arguments)
    {
        arguments.Bind(0);
        List<object?> items = Backwards(value, arguments, "'reverse'");
        return value is string ? string.Concat(items) : new Generator(items);
    }

    private static List<object?> Backwards(object? value, Arguments arguments, string asker) => value is Generator && asker == "'last'"
        ? throw arguments.Error("on a generator, expected a list; '| list' makes one")
        : [.. Sequences.Items(value, asker, arguments.Sandbox).Reverse()];

    private static IReadOnlyList<object?> Counted(IReadOnlyList<object?> items, Sandbox sandbox)
    {
        sandbox.Step(items.Count);
        return items;
    }
}
