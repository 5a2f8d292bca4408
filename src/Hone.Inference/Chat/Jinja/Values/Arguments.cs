using Hone.Inference.Chat.Jinja.Running;

namespace Hone.Inference.Chat.Jinja.Values;

/// <summary>The computed arguments of a call.</summary>
internal sealed class Arguments(
    string callee, IReadOnlyList<object?> positional, IReadOnlyDictionary<string, object?> named, Sandbox sandbox)
{
    private static readonly Dictionary<string, object?> NoNames = [];

    internal Arguments(string callee, IReadOnlyList<object?> positional, Sandbox sandbox)
        : this(callee, positional, NoNames, sandbox)
    {
    }

    internal IReadOnlyList<object?> Positional => positional;

    internal IReadOnlyDictionary<string, object?> Named => named;

    internal Sandbox Sandbox => sandbox;

    /// <summary>The value of every parameter in order; those that are not given have their default.</summary>
    internal object?[] Bind(int required, params (string Name, object? Default)[] parameters)
    {
        if (positional.Count > parameters.Length)
        {
            throw Error($"has {positional.Count} arguments, expected at most {parameters.Length}");
        }

        var values = new object?[parameters.Length];
        int used = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            (string name, values[i]) = parameters[i];
            bool isNamed = named.TryGetValue(name, out object? value);
            if (i < positional.Count)
            {
                values[i] = isNamed ? throw Error($"has the argument '{name}' twice") : positional[i];
            }
            else if (isNamed)
            {
                values[i] = value;
                used++;
            }
            else if (i < required)
            {
                throw Error($"lacks the argument '{name}'");
            }
        }

        return used == named.Count
            ? values
            : throw Error($"has no parameter '{named.Keys.First(name => parameters.All(known => known.Name != name))}'");
    }

    /// <summary>The arguments behind the first few.</summary>
    internal Arguments Rest(string name, int from) => new(name, [.. positional.Skip(from)], named, sandbox);

    internal long Whole(object? value, string parameter) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw Error($"has {PythonText.TypeName(value)} as '{parameter}', expected a whole number"),
    };

    internal string Text(object? value, string parameter) => value as string
        ?? throw Error($"has {PythonText.TypeName(value)} as '{parameter}', expected text");

    internal JinjaException Error(string problem) => sandbox.Error($"'{callee}' {problem}");
}
