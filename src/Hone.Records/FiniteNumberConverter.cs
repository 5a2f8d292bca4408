using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Records;

/// <summary>Writes a number that is not finite as null, and reads null and Python's spellings back.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => double.NaN,
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String when double.TryParse(
                reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
            _ => throw new JsonException(),
        };

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
