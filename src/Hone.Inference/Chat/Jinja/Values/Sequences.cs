using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>Walks, measures and cuts what has items.</summary>
internal static class Sequences
{
    /// <summary>The items of a value, or an error that says who asked for them.</summary>
    internal static IReadOnlyList<object?> Items(object? value, string asker, Sandbox sandbox)
    {
        IReadOnlyList<object?>? items = value switch
        {
            JinjaList list => list.Items,
            JinjaDict dict => dict.KeyList,
            string text => Characters(text, sandbox),
            Generator generator => generator.Take(),
            Undefined => [],
            _ => null,
        };
        if (items is null)
        {
            throw sandbox.Error($"{asker} on {PythonText.TypeName(value)}, expected something with items, such as a list");
        }

        sandbox.Step(items.Count);
        return items;
    }

    internal static bool HasItems(object? value) => value is JinjaList or JinjaDict or string or Generator or Undefined;

    /// <summary>`len`.</summary>
    internal static long Length(object? value, Sandbox sandbox)
    {
        switch (value)
        {
            case string text:
                sandbox.Text(text.Length);
                return PythonStrings.Length(text);
            case JinjaList list:
                return list.Items.Count;
            case JinjaDict dict:
                return dict.Count;
            case Undefined:
                return 0;
            default:
                throw sandbox.Error($"the length of {PythonText.TypeName(value)}, expected something with items, such as a list");
        }
    }

    /// <summary>The item at a place, from the end where it is negative; null where there is none.</summary>
    internal static object? At(IReadOnlyList<object?> items, long place, string what)
    {
        long index = place < 0 ? place + items.Count : place;
        return index >= 0 && index < items.Count
            ? items[(int)index]
            : new Undefined($"{what} of {items.Count} items has no item {place}");
    }

    /// <summary>The code points of a text as items.</summary>
    internal static IReadOnlyList<object?> Characters(string text, Sandbox sandbox)
    {
        sandbox.Text(text.Length);
        sandbox.Step(text.Length);
        return PythonStrings.Characters(text);
    }

    /// <summary>value[start:stop:step].</summary>
    internal static object? Slice(object? value, object? start, object? stop, object? step, Sandbox sandbox)
    {
        if (value is Undefined undefined)
        {
            throw sandbox.Error(undefined.Reason);
        }

        if (new[] { start, stop, step }.FirstOrDefault(part => part is not null && Numbers.ToWhole(part) is null) is { } bound)
        {
            return new Undefined($"a slice has {PythonText.TypeName(bound)} as a bound");
        }

        long by = Numbers.ToWhole(step) ?? 1;
        if (by == 0)
        {
            throw sandbox.Error("a slice with step 0, expected another step");
        }

        switch (value)
        {
            case string text:
                sandbox.Text(text.Length);
                return CutText(text, Numbers.ToWhole(start), Numbers.ToWhole(stop), by, sandbox);
            case JinjaList { Kind: not ListKind.View } list:
                List<object?> cut = Cut(list.Items, Numbers.ToWhole(start), Numbers.ToWhole(stop), by);
                sandbox.Step(cut.Count);
                return list with { Items = cut };
            default:
                return new Undefined($"{PythonText.TypeName(value)} cannot be sliced");
        }
    }

    private static string CutText(string text, long? start, long? stop, long step, Sandbox sandbox)
    {
        // Without surrogates a place in the text is a place in the string.
        if (step == 1 && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            (long from, long to) = Bounds(text.Length, start, stop, 1);
            return from < to ? text[(int)from..(int)to] : "";
        }

        return string.Concat(Cut(Characters(text, sandbox), start, stop, step));
    }

    private static List<object?> Cut(IReadOnlyList<object?> items, long? start, long? stop, long step)
    {
        (long from, long to) = Bounds(items.Count, start, stop, step);
        List<object?> cut = [];
        for (long i = from; step > 0 ? i < to : i > to; i = step > 0 && step > to - i ? to : step < 0 && step < to - i ? to : i + step)
        {
            cut.Add(items[(int)i]);
        }

        return cut;
    }

    private static (long From, long To) Bounds(long count, long? start, long? stop, long step)
    {
        long least = step > 0 ? 0 : -1, most = step > 0 ? count : count - 1;
        long from = start is { } s ? Math.Clamp(s < 0 ? s + count : s, least, most) : step > 0 ? least : most;
        long to = stop is { } e ? Math.Clamp(e < 0 ? e + count : e, least, most) : step > 0 ? most : least;
        return (from, to);
    }
}
