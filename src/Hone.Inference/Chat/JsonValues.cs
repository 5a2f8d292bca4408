using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat;

/// <summary>JSON as the values of a template, as Python's `json.loads` reads it.</summary>
internal static class JsonValues
{
    internal static object? Of(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonArray array:
                return new JinjaList([.. array.Select(Of)]);
            case JsonObject fields:
                var dict = new JinjaDict();
                foreach ((string name, JsonNode? value) in fields)
                {
                    dict.Add(name, Of(value));
                }

                return dict;
            default:
                return node.GetValueKind() switch
                {
                    JsonValueKind.String => node.GetValue<string>(),
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.Number => Number(node.ToJsonString()),
                    _ => null,
                };
        }
    }

    // What is written without point and exponent is whole; one beyond 64 bits is the nearest number with a point.
    private static object Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? (object)whole
            : double.Parse(text, CultureInfo.InvariantCulture);
}
