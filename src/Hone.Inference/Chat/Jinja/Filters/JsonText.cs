using System.Globalization;
using System.Text;
using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Filters;

/// <summary>`tojson` as model libraries set it: Python's `json.dumps`, letters of any language as they are, no HTML escapes.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly Sandbox _sandbox;
    private readonly string? _indent;
    private readonly string _between;
    private readonly string _colon;
    private readonly bool _ascii;
    private readonly bool _sorted;

    private JsonText(object?[] values, Arguments arguments)
    {
        _sandbox = arguments.Sandbox;
        _ascii = Comparing.Truth(values[0]);
        _indent = values[1] switch
        {
            null => null,
            string given => given,
            _ => new string(' ', (int)Math.Clamp(arguments.Whole(values[1], "indent"), 0, 100)),
        };
        (_between, _colon) = values[2] switch
        {
            null => (_indent is null ? ", " : ",", ": "),
            JinjaList { Items: [string between, string colon] } => (between, colon),
            _ => throw arguments.Error("has separators that are no pair of texts"),
        };
        _sorted = Comparing.Truth(values[3]);
    }

    internal static object? Filter(object? value, Arguments arguments)
    {
        var json = new JsonText(
            arguments.Bind(0, ("ensure_ascii", false), ("indent", null), ("separators", null), ("sort_keys", false)), arguments);
        json.Append(value, 0);
        return arguments.Sandbox.Made(json._text.ToString());
    }

    private void Append(object? value, int depth)
    {
        _sandbox.Step();
        switch (value)
        {
            case string text:
                AppendText(text);
                break;
            case JinjaList { Kind: ListKind.List or ListKind.Tuple } list:
                AppendAll('[', ']', list.Items, depth, item => Append(item, depth + 1));
                break;
            case JinjaDict dict:
                AppendAll('{', '}', Fields(dict), depth, item =>
                {
                    var pair = (JinjaList)item!;
                    AppendText(Scalar(pair.Items[0])!);
                    _text.Append(_colon);
                    Append(pair.Items[1], depth + 1);
                });
                break;
            default:
                _text.Append(Scalar(value) ?? throw _sandbox.Error($"'tojson' on {PythonText.TypeName(value)}, which JSON cannot hold"));
                break;
        }
    }

    private static string? Scalar(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double number => PythonText.Float(number),
        _ => null,
    };

    private IReadOnlyList<object?> Fields(JinjaDict dict) => _sorted
        ? [.. dict.ItemList.Order(Comparer<object?>.Create((a, b) =>
            Comparing.CompareText(Scalar(((JinjaList)a!).Items[0])!, Scalar(((JinjaList)b!).Items[0])!)))]
        : dict.ItemList;

    private void AppendAll(char open, char close, IReadOnlyList<object?> items, int depth, Action<object?> append)
    {
        _sandbox.Enter();
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i > 0 ? _between : "");
            NewLine(depth + 1);
            append(items[i]);
        }

        if (items.Count > 0)
        {
            NewLine(depth);
        }

        _text.Append(close);
        _sandbox.Leave();
    }

    private void NewLine(int depth)
    {
        if (_indent is null)
        {
            return;
        }

        _text.Append('\n');
        _sandbox.Text((long)_indent.Length * depth);
        for (int i = 0; i < depth; i++)
        {
            _text.Append(_indent);
        }
    }

    private void AppendText(string text)
    {
        _sandbox.Text(text.Length);
        _text.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                _ when c < ' ' || (_ascii && c > '~') => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
