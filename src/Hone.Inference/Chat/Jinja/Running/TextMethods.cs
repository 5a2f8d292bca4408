using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>The methods of text, as Python's `str` has them.</summary>
internal static class TextMethods
{
    private static readonly Dictionary<string, Func<string, Arguments, object?>> Methods = new()
    {
        ["strip"] = (text, arguments) => Strip(text, arguments, left: true, right: true),
        ["lstrip"] = (text, arguments) => Strip(text, arguments, left: true, right: false),
        ["rstrip"] = (text, arguments) => Strip(text, arguments, left: false, right: true),
        ["split"] = (text, arguments) => Split(text, arguments, fromRight: false),
        ["rsplit"] = (text, arguments) => Split(text, arguments, fromRight: true),
        ["splitlines"] = (text, arguments) =>
        {
            arguments.Bind(0);
            return Listed(PythonStrings.Lines(text), arguments);
        },
        ["startswith"] = (text, arguments) => Any(arguments, part => text.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments) => Any(arguments, part => text.EndsWith(part, StringComparison.Ordinal)),
        ["replace"] = Replace,
        ["upper"] = (text, arguments) => Whole(arguments, PythonStrings.Upper(text)),
        ["lower"] = (text, arguments) => Whole(arguments, PythonStrings.Lower(text)),
        ["title"] = (text, arguments) => Whole(arguments, PythonStrings.Title(text)),
        ["capitalize"] = (text, arguments) => Whole(arguments, PythonStrings.Capitalize(text)),
        ["find"] = (text, arguments) => Found(text, arguments, (whole, part) => whole.IndexOf(part, StringComparison.Ordinal)),
        ["rfind"] = (text, arguments) => Found(text, arguments, (whole, part) => whole.LastIndexOf(part, StringComparison.Ordinal)),
        ["count"] = (text, arguments) => (long)Pieces(text, Part(arguments)) - 1,
        ["join"] = Join,
        ["removeprefix"] = (text, arguments) => Part(arguments) is var part && text.StartsWith(part, StringComparison.Ordinal)
            ? text[part.Length..] : text,
        ["removesuffix"] = (text, arguments) => Part(arguments) is var part && text.EndsWith(part, StringComparison.Ordinal)
            ? text[..^part.Length] : text,
        ["isdigit"] = (text, arguments) => Whole(arguments, text).Length > 0 && text.All(char.IsDigit),
    };

    internal static Callable? Find(string text, string name) => Methods.TryGetValue(name, out Func<string, Arguments, object?>? method)
        ? new Callable(name, arguments =>
        {
            // Every method reads the text, and makes at most as much, where nothing is put in.
            arguments.Sandbox.Text(2L * text.Length);
            return method(text, arguments);
        })
        : null;

    /// <summary>`str.replace`, which the filter shares.</summary>
    internal static string Replace(string text, string old, string put, long most, Sandbox sandbox)
    {
        long places = old.Length == 0 ? text.Length + 1L : Pieces(text, old) - 1;
        sandbox.Text((most < 0 ? places : Math.Min(most, places)) * put.Length);
        return PythonStrings.Replace(text, old, put, most);
    }

    /// <summary>The parts with the text between them, which the filter shares.</summary>
    internal static string Join(string between, IReadOnlyList<string> parts, Sandbox sandbox)
    {
        sandbox.Text(parts.Sum(part => (long)part.Length) + ((long)between.Length * parts.Count));
        return string.Join(between, parts);
    }

    private static string Part(Arguments arguments) => arguments.Text(arguments.Bind(1, ("sub", null))[0], "sub");

    private static string Whole(Arguments arguments, string made)
    {
        arguments.Bind(0);
        return made;
    }

    private static int Pieces(string text, string part)
    {
        if (part.Length == 0)
        {
            return PythonStrings.Length(text) + 2;
        }

        int pieces = 1;
        for (int at = text.IndexOf(part, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            pieces++;
        }

        return pieces;
    }

    private static string Strip(string text, Arguments arguments, bool left, bool right)
    {
        object? characters = arguments.Bind(0, ("chars", null))[0];
        string? taken = characters is null ? null : arguments.Text(characters, "chars");
        arguments.Sandbox.Text((taken?.Length ?? 0) * (long)Math.Min(text.Length, 1024));
        return PythonStrings.Strip(text, taken, left, right);
    }

    private static JinjaList Split(string text, Arguments arguments, bool fromRight)
    {
        object?[] values = arguments.Bind(0, ("sep", null), ("maxsplit", -1L));
        string? separator = values[0] is null ? null : arguments.Text(values[0], "sep");
        return separator?.Length == 0
            ? throw arguments.Error("has an empty separator, expected some text")
            : Listed(PythonStrings.Split(text, separator, arguments.Whole(values[1], "maxsplit"), fromRight), arguments);
    }

    private static JinjaList Listed(List<string> parts, Arguments arguments)
    {
        arguments.Sandbox.Step(parts.Count);
        return new JinjaList([.. parts]);
    }

    private static bool Any(Arguments arguments, Func<string, bool> holds)
    {
        object? value = arguments.Bind(1, ("prefix", null))[0];
        return value is JinjaList { Kind: ListKind.Tuple } list
            ? list.Items.Any(item => holds(arguments.Text(item, "prefix")))
            : holds(arguments.Text(value, "prefix"));
    }

    private static string Replace(string text, Arguments arguments)
    {
        object?[] values = arguments.Bind(2, ("old", null), ("new", null), ("count", -1L));
        return Replace(
            text, arguments.Text(values[0], "old"), arguments.Text(values[1], "new"), arguments.Whole(values[2], "count"),
            arguments.Sandbox);
    }

    private static long Found(string text, Arguments arguments, Func<string, string, int> find)
    {
        int at = find(text, Part(arguments));
        return at < 0 ? -1L : PythonStrings.Length(text[..at]);
    }

    private static string Join(string between, Arguments arguments)
    {
        IReadOnlyList<object?> items = Sequences.Items(arguments.Bind(1, ("iterable", null))[0], "'join'", arguments.Sandbox);
        return Join(between, [.. items.Select(item => arguments.Text(item, "item"))], arguments.Sandbox);
    }
}
