using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>Equality, order, truth and membership as Python has them.</summary>
internal static class Comparing
{
    internal static bool Truth(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long whole => whole != 0,
        double number => number != 0,
        string text => text.Length > 0,
        JinjaList list => list.Items.Count > 0,
        JinjaDict dict => dict.Count > 0,
        _ => true,
    };

    /// <summary>a == b.</summary>
    internal static bool Same(object? a, object? b, Sandbox sandbox)
    {
        sandbox.Step();
        switch (a, b)
        {
            case (null, null):
            case (Undefined, Undefined):
                return true;
            case (string one, string other):
                sandbox.Text(one.Length == other.Length ? one.Length : 0);
                return one == other;
            case (long one, long other):
                return one == other;
            case (JinjaList one, JinjaList other):
                sandbox.Enter();
                bool sameLists = SameLists(one, other, sandbox);
                sandbox.Leave();
                return sameLists;
            case (JinjaDict one, JinjaDict other):
                sandbox.Enter();
                bool sameDicts = one.Count == other.Count && one.Items.All(
                    item => other.TryGet(item.Key, out object? value) && Same(item.Value, value, sandbox));
                sandbox.Leave();
                return sameDicts;
            default:
                return Numbers.Is(a) && Numbers.Is(b) ? Numbers.ToDouble(a) == Numbers.ToDouble(b) : ReferenceEquals(a, b);
        }
    }

    /// <summary>The sign of a - b.</summary>
    /// <exception cref="JinjaException">The two have no order.</exception>
    internal static int Order(object? a, object? b, string operation, Sandbox sandbox)
    {
        sandbox.Step();
        switch (a, b)
        {
            case (string one, string other):
                sandbox.Text(Math.Min(one.Length, other.Length));
                return CompareText(one, other);
            case (long one, long other):
                return one.CompareTo(other);
            case (JinjaList one, JinjaList other) when one.Kind == other.Kind:
                sandbox.Enter();
                int order = OrderLists(one, other, operation, sandbox);
                sandbox.Leave();
                return order;
            default:
                return Numbers.Is(a) && Numbers.Is(b)
                    ? Numbers.ToDouble(a).CompareTo(Numbers.ToDouble(b))
                    : throw sandbox.Error(
                        $"'{operation}' between {PythonText.TypeName(a)} and {PythonText.TypeName(b)}, which have no order");
        }
    }

    /// <summary>item in container.</summary>
    internal static bool Contains(object? container, object? item, Sandbox sandbox)
    {
        switch (container)
        {
            case string text:
                sandbox.Text(text.Length);
                return item is string part
                    ? text.Contains(part, StringComparison.Ordinal)
                    : throw sandbox.Error($"'in' looks for {PythonText.TypeName(item)} in a text, expected text");
            case JinjaDict dict:
                return dict.TryGet(item, out _);
            default:
                return Sequences.Items(container, "'in'", sandbox).Any(other => Same(other, item, sandbox));
        }
    }

    /// <summary>Order by code point, which is not that of UTF-16 units.</summary>
    internal static int CompareText(string one, string other)
    {
        int at = one.AsSpan().CommonPrefixLength(other);
        if (at == one.Length || at == other.Length)
        {
            return one.Length.CompareTo(other.Length);
        }

        bool highOne = char.IsSurrogate(one[at]), highOther = char.IsSurrogate(other[at]);
        return highOne == highOther ? one[at].CompareTo(other[at]) : highOne ? 1 : -1;
    }

    private static bool SameLists(JinjaList one, JinjaList other, Sandbox sandbox)
    {
        if (one.Kind != other.Kind || one.Items.Count != other.Items.Count)
        {
            return false;
        }

        for (int i = 0; i < one.Items.Count; i++)
        {
            if (!Same(one.Items[i], other.Items[i], sandbox))
            {
                return false;
            }
        }

        return true;
    }

    private static int OrderLists(JinjaList one, JinjaList other, string operation, Sandbox sandbox)
    {
        for (int i = 0; i < Math.Min(one.Items.Count, other.Items.Count); i++)
        {
            if (!Same(one.Items[i], other.Items[i], sandbox))
            {
                return Order(one.Items[i], other.Items[i], operation, sandbox);
            }
        }

        return one.Items.Count.CompareTo(other.Items.Count);
    }
}
