using System.Text.Json;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>The fields of a request, each with its type and range; JSON's null is as good as none.</summary>
internal sealed class RequestFields(JsonElement root)
{
    /// <summary>The field's value, or null where it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        JsonBody.Property(root, name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    public bool Flag(string name, bool unset = false) => Find(name) switch
    {
        null => unset,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(name, other, "true or false"),
    };

    /// <summary>A whole number, also one written as 5.0.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        long? whole = value.ValueKind != JsonValueKind.Number ? null
            : value.TryGetInt64(out long number) ? number
            : value.TryGetDouble(out double real) && real == Math.Truncate(real) && Math.Abs(real) < 1L << 53 ? (long)real
            : null;
        return whole >= least && whole <= most ? whole : throw Wrong(name, value, $"a whole number from {least} to {most}");
    }

    public double? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        { } other => throw Wrong(name, other, "a number"),
    };

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => TextOf(value, name),
        { } other => throw Wrong(name, other, "text"),
    };

    /// <summary>A list, or null where there is none.</summary>
    public JsonElement? List(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => value,
        { } other => throw Wrong(name, other, "a list"),
    };

    /// <summary>Text in JSON, which can hold escapes that are no characters.</summary>
    public static string TextOf(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RequestProblemException.Bad($"`{name}` holds invalid UTF-8 or half a surrogate pair, expected text.", name);
        }
    }

    public static RequestProblemException Wrong(string name, JsonElement found, string expected) =>
        RequestProblemException.Bad($"`{name}` is {Describe(found)}, expected {expected}.", name);

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number when value.GetRawText() is { Length: <= 30 } number => number,
        JsonValueKind.Number => "a number of many digits",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
