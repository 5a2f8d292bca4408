using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>Filters that order or tell apart; large and small letters count as the same unless said otherwise.</summary>
internal static class SortingFilters
{
    internal static object? Sort(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("reverse", false), ("case_sensitive", false), ("attribute", null));
        IReadOnlyList<object?> items = Sequences.Items(value, "'sort'", arguments.Sandbox);
        object?[] paths = values[2] is string text ? [.. text.Split(',')] : [values[2]];
        bool exact = Comparing.Truth(values[1]);
        return new JinjaList(Sorted(items, item => Key(item, paths, exact, arguments.Sandbox), values[0], arguments.Sandbox));
    }

    internal static object? SortDict(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("case_sensitive", false), ("by", "key"), ("reverse", false));
        if (value is not JinjaDict dict)
        {
            throw arguments.Error($"on {PythonText.TypeName(value)}, expected a dict");
        }

        int part = values[1] switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw arguments.Error("has another 'by' than key or value"),
        };
        arguments.Sandbox.Step(dict.Count);
        bool exact = Comparing.Truth(values[0]);
        return new JinjaList(Sorted(
            dict.ItemList, item => Cased(((JinjaList)item!).Items[part], exact, arguments.Sandbox), values[2], arguments.Sandbox));
    }

    internal static object? Unique(object? value, Arguments arguments)
    {
        Sandbox sandbox = arguments.Sandbox;
        object?[] values = arguments.Bind(0, ("case_sensitive", false), ("attribute", null));
        bool exact = Comparing.Truth(values[0]);
        var seen = new JinjaDict();
        var seenOthers = new List<object?>();
        List<object?> kept = [];
        foreach (object? item in Sequences.Items(value, "'unique'", sandbox))
        {
            object? key = Key(item, [values[1]], exact, sandbox);
            if (key is string or long or double or bool)
            {
                if (!seen.TryGet(key, out _))
                {
                    seen.Add(key, null, sandbox);
                    kept.Add(item);
                }
            }
            else if (key is JinjaDict or JinjaList { Kind: ListKind.List })
            {
                throw arguments.Error($"on {PythonText.TypeName(key)}, expected values that cannot be changed, such as text");
            }
            else if (!seenOthers.Exists(other => Comparing.Same(other, key, sandbox)))
            {
                seenOthers.Add(key);
                kept.Add(item);
            }
        }

        return new Generator(kept);
    }

    private static object? Key(object? item, object?[] paths, bool exact, Sandbox sandbox)
    {
        object?[] keys = [.. paths.Select(path => Cased(path is null ? item : Access.Path(item, path, null, sandbox), exact, sandbox))];
        return keys.Length == 1 ? keys[0] : new JinjaList(keys);
    }

    private static object? Cased(object? value, bool exact, Sandbox sandbox) =>
        value is string text && !exact ? sandbox.Made(PythonStrings.Lower(text)) : value;

    // Stable either way, as Python's.
    private static object?[] Sorted(IReadOnlyList<object?> items, Func<object?, object?> key, object? reverse, Sandbox sandbox)
    {
        bool backwards = Comparing.Truth(reverse);
        (object? Key, object? Item)[] pairs = [.. items.Select(item => (key(item), item))];
        var order = Comparer<(object? Key, object? Item)>.Create((a, b) =>
            backwards ? Comparing.Order(b.Key, a.Key, "<", sandbox) : Comparing.Order(a.Key, b.Key, "<", sandbox));
        try
        {
            return [.. pairs.Order(order).Select(pair => pair.Item)];
        }
        catch (InvalidOperationException error) when (error.InnerException is JinjaException refused)
        {
            throw refused;
        }
    }
}
