using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

// A value is null (Python's None), bool, long, double, string, or one of these.

/// <summary>What a name or key that is not there gives: it prints as nothing, and most uses of it are errors.</summary>
/// <param name="Reason">What is not there, for the error.</param>
internal sealed record Undefined(string Reason);

internal enum ListKind
{
    List,
    Tuple,
    Range,
    View,
}

/// <summary>A list, a tuple, or what Python treats much like one: a range, or a dict's keys, values or items.</summary>
internal sealed record JinjaList(IReadOnlyList<object?> Items, ListKind Kind = ListKind.List)
{
    internal static JinjaList Tuple(params object?[] items) => new(items, ListKind.Tuple);
}

/// <summary>What filters such as `select` give: it can be walked once, and has neither length nor items by number.</summary>
internal sealed class Generator(IReadOnlyList<object?> items)
{
    private bool _taken;

    internal IReadOnlyList<object?> Take()
    {
        IReadOnlyList<object?> rest = _taken ? [] : items;
        _taken = true;
        return rest;
    }
}

/// <summary>The one value that can be changed: `namespace(...)`.</summary>
internal sealed class Namespace
{
    internal Dictionary<string, object?> Fields { get; } = [];
}

/// <summary>A function, macro or method.</summary>
/// <param name="Name">How errors name it.</param>
/// <param name="Invoke">What it does.</param>
internal sealed record Callable(string Name, Func<Arguments, object?> Invoke);

/// <summary>The `loop` of a for block.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items)
{
    private readonly List<object?> _lastChanged = [];
    private bool _changedAsked;

    internal int Index { get; set; }

    internal object? Field(string name, Sandbox sandbox) => name switch
    {
        "index" => (long)Index + 1,
        "index0" => (long)Index,
        "revindex" => (long)items.Count - Index,
        "revindex0" => (long)items.Count - Index - 1,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,

        // Only recursive loops are deeper.
        "depth" => 1L,
        "depth0" => 0L,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
        "cycle" => new Callable("loop.cycle", Cycle),
        "changed" => new Callable("loop.changed", arguments => Changed(arguments, sandbox)),
        _ => new Undefined($"'loop' has no attribute '{name}'"),
    };

    private object? Cycle(Arguments arguments) => arguments.Positional.Count > 0
        ? arguments.Positional[Index % arguments.Positional.Count]
        : throw arguments.Error("needs at least one item");

    private object Changed(Arguments arguments, Sandbox sandbox)
    {
        bool same = _changedAsked && _lastChanged.Count == arguments.Positional.Count
            && _lastChanged.Zip(arguments.Positional).All(pair => Comparing.Same(pair.First, pair.Second, sandbox));
        _changedAsked = true;
        _lastChanged.Clear();
        _lastChanged.AddRange(arguments.Positional);
        return !same;
    }
}
