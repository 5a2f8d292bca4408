using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>target.name and target[key]: the first looks for methods first, the second for items.</summary>
internal static class Access
{
    internal static object? Attribute(object? target, string name, Sandbox sandbox) =>
        Field(target, name, sandbox)
        ?? (target is JinjaDict dict && dict.TryGet(name, out object? value) ? new Found(value) : null) switch
        {
            Found found => found.Value,
            _ => Missing(target, name),
        };

    internal static object? Item(object? target, object? key, Sandbox sandbox)
    {
        switch (target)
        {
            case JinjaDict dict when dict.TryGet(key, out object? value):
                return value;
            case JinjaList { Kind: not ListKind.View } list when Numbers.ToWhole(key) is { } place:
                return Sequences.At(list.Items, place, PythonText.TypeName(list));
            case string text when Numbers.ToWhole(key) is { } place:
                return Sequences.At(Sequences.Characters(text, sandbox), place, "a text");
            default:
                return key is string name ? Field(target, name, sandbox) ?? Missing(target, name) : Absent(target, key, sandbox);
        }
    }

    /// <summary>The value at a dotted path, as filters take it: "function.name", or a place in a list.</summary>
    /// <param name="target">Where the path begins.</param>
    /// <param name="path">Text, or the number of an item.</param>
    /// <param name="fallback">Put in place of each part that is not there; null for nothing.</param>
    /// <param name="sandbox">The limits.</param>
    internal static object? Path(object? target, object? path, object? fallback, Sandbox sandbox)
    {
        object?[] parts = path is string names
            ? [.. names.Split('.').Select(name => long.TryParse(name, out long place) ? (object)place : name)]
            : [path];
        foreach (object? part in parts)
        {
            target = Item(target, part, sandbox);
            target = target is Undefined ? fallback ?? target : target;
        }

        return target;
    }

    // What Python would find as an attribute; null where there is none.
    private static object? Field(object? target, string name, Sandbox sandbox) => target switch
    {
        Undefined undefined => throw sandbox.Error(undefined.Reason),
        string text => TextMethods.Find(text, name),
        JinjaDict dict => DictMethods.Find(dict, name),
        LoopState loop => loop.Field(name, sandbox),
        Namespace space when space.Fields.TryGetValue(name, out object? value) => value,
        _ => null,
    };

    private static Undefined Missing(object? target, string name) =>
        new($"{PythonText.TypeName(target)} has no attribute '{name}'");

    private static Undefined Absent(object? target, object? key, Sandbox sandbox) => target is Undefined undefined
        ? throw sandbox.Error(undefined.Reason)
        : new Undefined($"{PythonText.TypeName(target)} has no item {(Numbers.Is(key) ? PythonText.Str(key, sandbox) : PythonText.TypeName(key))}");

    private sealed record Found(object? Value);
}
