using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>Filters that apply another filter, or a test, to every item.</summary>
internal static class ChoosingFilters
{
    /// <summary>`map('upper')` applies a filter; `map(attribute='role', default='')` takes a field of each item.</summary>
    internal static object? Map(object? value, Arguments arguments)
    {
        Sandbox sandbox = arguments.Sandbox;
        IReadOnlyList<object?> items = Sequences.Items(value, "'map'", sandbox);
        if (arguments.Positional.Count == 0)
        {
            object?[] values = arguments.Bind(1, ("attribute", null), ("default", null));
            return new Generator([.. items.Select(item => Access.Path(item, values[0], values[1], sandbox))]);
        }

        string name = arguments.Text(arguments.Positional[0], "filter");
        return new Generator([.. items.Select(item => FilterTable.Apply(name, item, arguments.Rest(name, 1)))]);
    }

    /// <summary>The items that pass a test, or that are true where no test is named; or the others.</summary>
    internal static object? Choose(object? value, Arguments arguments, bool byAttribute, bool keep)
    {
        Sandbox sandbox = arguments.Sandbox;
        int first = byAttribute ? 1 : 0;
        if (arguments.Positional.Count < first)
        {
            throw arguments.Error("lacks the name of an attribute");
        }

        IReadOnlyList<object?> items = Sequences.Items(value, byAttribute ? "'selectattr'" : "'select'", sandbox);
        string? test = arguments.Positional.Count > first ? arguments.Text(arguments.Positional[first], "test") : null;
        return new Generator([.. items.Where(item =>
        {
            object? tested = byAttribute ? Access.Path(item, arguments.Positional[0], null, sandbox) : item;
            bool holds = test is null ? Comparing.Truth(tested) : TestTable.Holds(test, tested, arguments.Rest(test, first + 1));
            return holds == keep;
        })]);
    }
}
