using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>The functions that every template can call.</summary>
internal static class Functions
{
    internal static void AddTo(Scope scope, Func<DateOnly>? date)
    {
        Add(scope, "range", Range);
        Add(scope, "dict", arguments => Dict(arguments));
        Add(scope, "namespace", Namespace);
        Add(scope, "raise_exception", Refuse);
        if (date is not null)
        {
            Add(scope, "strftime_now", arguments => Now(arguments, date));
        }
    }

    private static void Add(Scope scope, string name, Func<Arguments, object?> function) =>
        scope.Set(name, new Callable(name, function));

    private static JinjaList Range(Arguments arguments)
    {
        object?[] values = arguments.Bind(1, ("start", null), ("stop", null), ("step", 1L));
        long start = values[1] is null ? 0 : arguments.Whole(values[0], "start");
        long stop = arguments.Whole(values[1] ?? values[0], "stop");
        long step = arguments.Whole(values[2], "step");
        if (step == 0)
        {
            throw arguments.Error("has step 0, expected another step");
        }

        decimal distance = step > 0 ? (decimal)stop - start : (decimal)start - stop;
        decimal count = Math.Max(0, Math.Ceiling(distance / Math.Abs((decimal)step)));
        if (count > JinjaLimits.Range)
        {
            throw arguments.Error($"is of {count} numbers, expected at most {JinjaLimits.Range:N0}");
        }

        arguments.Sandbox.Step((int)count);
        return new JinjaList([.. Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step)))], ListKind.Range);
    }

    private static JinjaDict Dict(Arguments arguments)
    {
        var made = new JinjaDict();
        foreach ((object key, object? value) in Given(arguments)?.Items ?? [])
        {
            made.Add(key, value, arguments.Sandbox);
        }

        foreach ((string name, object? value) in arguments.Named)
        {
            made.Add(name, value);
        }

        return made;
    }

    private static Namespace Namespace(Arguments arguments)
    {
        var made = new Namespace();
        foreach ((object key, object? value) in Dict(arguments).Items)
        {
            made.Fields[arguments.Text(key, "name")] = value;
        }

        return made;
    }

    private static JinjaDict? Given(Arguments arguments) => arguments.Positional switch
    {
        [] => null,
        [JinjaDict dict] => dict,
        _ => throw arguments.Error("has other arguments than names with values, expected those, or one dict"),
    };

    private static object? Refuse(Arguments arguments) => throw new JinjaException(
        arguments.Sandbox.Line, PythonText.Str(arguments.Bind(1, ("message", null))[0], arguments.Sandbox))
    { Refused = true };

    private static string Now(Arguments arguments, Func<DateOnly> date) =>
        DateText.Format(date(), arguments.Text(arguments.Bind(1, ("format", null))[0], "format"), arguments.Sandbox);
}
