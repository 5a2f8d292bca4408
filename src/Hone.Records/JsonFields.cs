using System.Text.Json;

namespace Hone.Records;

/// <summary>Finds fields in a parsed row by name or by dotted path.</summary>
internal static class JsonFields
{
    /// <summary>The value at a path; null where it is absent or JSON's null. A key that holds the dots itself goes
    /// first.</summary>
    internal static JsonElement? Find(JsonElement row, string path)
    {
        if (row.TryGetProperty(path, out JsonElement value))
        {
            return value.ValueKind == JsonValueKind.Null ? null : value;
        }

        value = row;
        foreach (string name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return null;
            }
        }

        return value.ValueKind == JsonValueKind.Null ? null : value;
    }

    /// <summary>The fields of a row by name, and those of an object in it by dotted path.</summary>
    internal static IReadOnlyCollection<string> Names(JsonElement row) =>
    [
        .. row.EnumerateObject().SelectMany(field => field.Value.ValueKind == JsonValueKind.Object
            ? field.Value.EnumerateObject().Select(inner => $"{field.Name}.{inner.Name}")
            : [field.Name]),
    ];

    internal static string List(JsonElement row) => RecordError.List(Names(row));

    /// <summary>
    /// A string, or a number as it was written (27.0 as 27, since data frames turn whole numbers into that); null for
    /// what is neither.
    /// </summary>
    internal static string? Text(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => value.Value.GetString(),
        JsonValueKind.Number => PlainNumber(value.Value.GetRawText()),
        _ => null,
    };

    internal static string PlainNumber(string number)
    {
        string whole = number.TrimEnd('0');
        return whole.EndsWith('.') && !number.Contains('e', StringComparison.OrdinalIgnoreCase) ? whole[..^1] : number;
    }

    internal static string Kind(JsonElement? value) => value?.ValueKind switch
    {
        null => "missing",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Number => "a number",
        _ => "text",
    };
}
