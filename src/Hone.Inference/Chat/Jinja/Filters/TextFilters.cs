using System.Text;
using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>Filters that make text; whatever is not text is written as `str` writes it first.</summary>
internal static class TextFilters
{
    internal static object? Trim(object? value, Arguments arguments)
    {
        object? characters = arguments.Bind(0, ("chars", null))[0];
        string text = Str(value, arguments);
        string? taken = characters is null ? null : arguments.Text(characters, "chars");
        arguments.Sandbox.Text((taken?.Length ?? 0) * (long)Math.Min(text.Length, 1024));
        return PythonStrings.Strip(text, taken);
    }

    internal static object? Upper(object? value, Arguments arguments) => Simple(value, arguments, PythonStrings.Upper);

    internal static object? Lower(object? value, Arguments arguments) => Simple(value, arguments, PythonStrings.Lower);

    internal static object? Capitalize(object? value, Arguments arguments) => Simple(value, arguments, PythonStrings.Capitalize);

    /// <summary>Unlike the method: words begin only behind blanks, hyphens and opening brackets.</summary>
    internal static object? Title(object? value, Arguments arguments) => Simple(value, arguments, text =>
    {
        var made = new StringBuilder(text.Length);
        bool begins = true;
        foreach (Rune rune in text.EnumerateRunes())
        {
            made.Append(begins ? PythonStrings.Upper(rune.ToString()) : PythonStrings.Lower(rune.ToString()));
            begins = rune.IsBmp && (PythonStrings.IsSpace((char)rune.Value) || rune.Value is '-' or '(' or '{' or '[' or '<');
        }

        return made.ToString();
    });

    internal static object? Text(object? value, Arguments arguments) => Simple(value, arguments, text => text);

    internal static object? Replace(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(2, ("old", null), ("new", null), ("count", null));
        return TextMethods.Replace(
            Str(value, arguments), PythonText.Str(values[0], arguments.Sandbox), PythonText.Str(values[1], arguments.Sandbox),
            values[2] is null ? -1 : arguments.Whole(values[2], "count"), arguments.Sandbox);
    }

    internal static object? Join(object? value, Arguments arguments)
    {
        Sandbox sandbox = arguments.Sandbox;
        object?[] values = arguments.Bind(0, ("d", ""), ("attribute", null));
        IReadOnlyList<object?> items = Sequences.Items(value, "'join'", sandbox);
        IEnumerable<object?> parts = values[1] is null ? items : items.Select(item => Access.Path(item, values[1], null, sandbox));
        return TextMethods.Join(
            PythonText.Str(values[0], sandbox), [.. parts.Select(part => PythonText.Str(part, sandbox))], sandbox);
    }

    internal static object? Indent(object? value, Arguments arguments)
    {
        object?[] values = arguments.Bind(0, ("width", 4L), ("first", false), ("blank", false));
        string text = Str(value, arguments);
        long width = values[0] is string ? 0 : arguments.Whole(values[0], "width");
        List<string> lines = PythonStrings.Lines(text + "\n");
        long each = values[0] is string given ? given.Length : Math.Max(0, width);
        arguments.Sandbox.Text(each > JinjaLimits.TextWork ? int.MaxValue : each * lines.Count);
        string indent = values[0] as string ?? new string(' ', (int)each);
        bool blank = Comparing.Truth(values[2]);
        IEnumerable<string> made = lines.Select(
            (line, i) => i > 0 && (blank || line.Length > 0) ? indent + line : line);
        return (Comparing.Truth(values[1]) ? indent : "") + string.Join('\n', made);
    }

    private static string Simple(object? value, Arguments arguments, Func<string, string> make)
    {
        arguments.Bind(0);
        return make(Str(value, arguments));
    }

    // A filter reads the text and makes one about as long.
    private static string Str(object? value, Arguments arguments)
    {
        string text = PythonText.Str(value, arguments.Sandbox);
        arguments.Sandbox.Text(2L * text.Length);
        return text;
    }
}
