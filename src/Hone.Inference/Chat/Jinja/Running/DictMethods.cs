using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>The methods of dicts that change nothing.</summary>
internal static class DictMethods
{
    // Python's other methods of dicts hide a key of the same name too; they change the dict, which a template may not.
    private static readonly string[] Changing = ["clear", "pop", "popitem", "setdefault", "update", "copy", "fromkeys"];

    internal static Callable? Find(JinjaDict dict, string name) => name switch
    {
        "keys" => new Callable(name, arguments => View(arguments, dict.KeyList)),
        "values" => new Callable(name, arguments => View(arguments, dict.ValueList)),
        "items" => new Callable(name, arguments => View(arguments, dict.ItemList)),
        "get" => new Callable(name, arguments => Get(dict, arguments)),
        _ when Changing.Contains(name) => new Callable(name, arguments => throw arguments.Error("is not supported on a dict")),
        _ => null,
    };

    private static JinjaList View(Arguments arguments, IReadOnlyList<object?> items)
    {
        arguments.Bind(0);
        arguments.Sandbox.Step(items.Count);
        return new JinjaList(items, ListKind.View);
    }

    private static object? Get(JinjaDict dict, Arguments arguments)
    {
        object?[] values = arguments.Bind(1, ("key", null), ("default", null));
        return dict.TryGet(values[0], out object? found) ? found : values[1];
    }
}
