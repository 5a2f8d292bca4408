using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>The filters by name.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, Func<object?, Arguments, object?>> Filters = new()
    {
        ["trim"] = TextFilters.Trim,
        ["upper"] = TextFilters.Upper,
        ["lower"] = TextFilters.Lower,
        ["capitalize"] = TextFilters.Capitalize,
        ["title"] = TextFilters.Title,
        ["replace"] = TextFilters.Replace,
        ["indent"] = TextFilters.Indent,
        ["string"] = TextFilters.Text,
        ["safe"] = TextFilters.Text,
        ["join"] = TextFilters.Join,
        ["tojson"] = JsonText.Filter,
        ["int"] = NumberFilters.Whole,
        ["float"] = NumberFilters.Real,
        ["abs"] = NumberFilters.Absolute,
        ["round"] = NumberFilters.Round,
        ["default"] = SequenceFilters.Default,
        ["d"] = SequenceFilters.Default,
        ["length"] = SequenceFilters.Length,
        ["count"] = SequenceFilters.Length,
        ["first"] = SequenceFilters.First,
        ["last"] = SequenceFilters.Last,
        ["list"] = SequenceFilters.List,
        ["items"] = SequenceFilters.Items,
        ["reverse"] = SequenceFilters.Reverse,
        ["sort"] = SortingFilters.Sort,
        ["dictsort"] = SortingFilters.SortDict,
        ["unique"] = SortingFilters.Unique,
        ["map"] = ChoosingFilters.Map,
        ["select"] = (value, arguments) => ChoosingFilters.Choose(value, arguments, byAttribute: false, keep: true),
        ["reject"] = (value, arguments) => ChoosingFilters.Choose(value, arguments, byAttribute: false, keep: false),
        ["selectattr"] = (value, arguments) => ChoosingFilters.Choose(value, arguments, byAttribute: true, keep: true),
        ["rejectattr"] = (value, arguments) => ChoosingFilters.Choose(value, arguments, byAttribute: true, keep: false),
    };

    internal static object? Apply(string name, object? value, Arguments arguments)
    {
        if (!Filters.TryGetValue(name, out Func<object?, Arguments, object?>? filter))
        {
            throw arguments.Sandbox.Error($"the filter '{name}' is not supported");
        }

        arguments.Sandbox.Enter();
        object? result = filter(value, arguments);
        arguments.Sandbox.Leave();
        return result;
    }
}
