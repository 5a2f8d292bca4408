using System.Diagnostics.CodeAnalysis;
using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>A dict: keys are text, numbers or true and false, in the order they were added.</summary>
internal sealed class JinjaDict
{
    private readonly OrderedDictionary<object, object?> _items = new(Keys.Instance);

    internal int Count => _items.Count;

    internal IReadOnlyList<object?> KeyList => [.. _items.Keys];

    internal IReadOnlyList<object?> ValueList => [.. _items.Values];

    internal IReadOnlyList<object?> ItemList => [.. _items.Select(item => JinjaList.Tuple(item.Key, item.Value))];

    internal IEnumerable<KeyValuePair<object, object?>> Items => _items;

    internal bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null && IsKey(key) && _items.TryGetValue(key, out value);
    }

    internal void Add(object? key, object? value, Sandbox sandbox)
    {
        if (key is null || !IsKey(key))
        {
            throw sandbox.Error($"{PythonText.TypeName(key)} as the key of a dict, expected text or a number");
        }

        _items[key] = value;
    }

    internal void Add(string key, object? value) => _items[key] = value;

    private static bool IsKey(object key) => key is string or long or double or bool;

    // 1, 1.0 and true are one key.
    private sealed class Keys : IEqualityComparer<object>
    {
        internal static readonly Keys Instance = new();

        public new bool Equals(object? x, object? y) => x is string || y is string
            ? x is string a && y is string b && a == b
            : Numbers.ToDouble(x!) == Numbers.ToDouble(y!);

        public int GetHashCode([DisallowNull] object obj) =>
            obj is string text ? text.GetHashCode(StringComparison.Ordinal) : Numbers.ToDouble(obj).GetHashCode();
    }
}
