using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Cli.Diagnosis;

/// <summary>Something that a report says.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Text">For people.</param>
/// <param name="Value">For programs; null where the text serves both.</param>
internal sealed record Fact(string Name, string Text, JsonNode? Value = null)
{
    /// <summary>The name as a key.</summary>
    public string Key => Name.Replace(' ', '_');

    /// <summary>A fact with its numbers written the same everywhere.</summary>
    public static Fact Of(string name, FormattableString text, JsonNode? value = null) =>
        new(name, text.ToString(CultureInfo.InvariantCulture), value);

    /// <summary>The facts as an object.</summary>
    public static JsonObject Json(IEnumerable<Fact> facts) => new(facts.DistinctBy(fact => fact.Key).Select(
        fact => KeyValuePair.Create(fact.Key, (JsonNode?)(fact.Value?.DeepClone() ?? JsonValue.Create(fact.Text)))));
}
