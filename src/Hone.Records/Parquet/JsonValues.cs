using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>
/// Writes values as JSON, digit for digit: whole numbers and decimals with all their digits, other numbers in the fewest
/// that read back the same and never as whole ones, blobs in base 64, dates and times as ISO 8601 has them, a map with keys
/// of text as an object and another as a list of key and value.
/// </summary>
internal static class JsonValues
{
    /// <summary>Writes the value; a number that is none as Python does, bare NaN, Infinity or -Infinity.</summary>
    /// <returns>Whether there was such a number.</returns>
    internal static bool Write(Utf8JsonWriter json, VectorReader vector, int row)
    {
        if (vector.Type.Id == TypeId.SqlNull || vector.IsNull(row))
        {
            json.WriteNullValue();
            return false;
        }

        switch (vector.Type.Id)
        {
            case TypeId.Boolean:
                json.WriteBooleanValue(vector.Value<byte>(row) != 0);
                return false;
            case TypeId.Float:
                float single = vector.Value<float>(row);
                return Real(json, single, single.ToString("R", CultureInfo.InvariantCulture));
            case TypeId.Double:
                double real = vector.Value<double>(row);
                return Real(json, real, real.ToString("R", CultureInfo.InvariantCulture));
            case TypeId.Varchar:
                WriteText(json, vector.Bytes(row));
                return false;
            case TypeId.Blob:
                json.WriteBase64StringValue(vector.Bytes(row));
                return false;
            case TypeId.Decimal:
                json.WriteRawValue(Decimal(vector.Integer(row), vector.Type.Size), skipInputValidation: true);
                return false;
            case TypeId.List or TypeId.Array:
                return List(json, vector, row);
            case TypeId.Map:
                return Map(json, vector, row);
            case TypeId.Struct:
                return Fields(json, vector, row);
            case TypeId.Date or TypeId.Time or TypeId.TimeNanoseconds or TypeId.Timestamp or TypeId.TimestampSeconds
                or TypeId.TimestampMilliseconds or TypeId.TimestampNanoseconds or TypeId.TimestampTz or TypeId.Uuid:
                json.WriteStringValue(IsoText.Of(vector, row));
                return false;
            default:
                json.WriteRawValue(
                    vector.Integer(row).ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
                return false;
        }
    }

    internal static string Decimal(BigInteger unscaled, int scale)
    {
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
        return unscaled.Sign < 0 ? "-" + text : text;
    }

    // A whole number gets its ".0", as Python writes it: what reads the row again then knows the column's kind.
    private static bool Real(Utf8JsonWriter json, double value, string shortest)
    {
        bool finite = double.IsFinite(value);
        json.WriteRawValue(
            !finite ? double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
            : shortest.AsSpan().ContainsAny('.', 'E') ? shortest : shortest + ".0",
            skipInputValidation: true);
        return !finite;
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            throw new DuckDbException("a text is not valid UTF-8");
        }

        json.WriteStringValue(text);
    }

    private static bool List(Utf8JsonWriter json, VectorReader vector, int row)
    {
        bool odd = false;
        json.WriteStartArray();
        (int start, int end) = vector.Range(row);
        for (int i = start; i < end; i++)
        {
            odd |= Write(json, vector.Inner[0], i);
        }

        json.WriteEndArray();
        return odd;
    }

    private static bool Map(Utf8JsonWriter json, VectorReader vector, int row) =>
        vector.Type.Inner[0].Id == TypeId.Varchar ? NamedMap(json, vector, row) : OtherMap(json, vector, row);

    private static bool NamedMap(Utf8JsonWriter json, VectorReader vector, int row)
    {
        bool odd = false;
        json.WriteStartObject();
        (int start, int end) = vector.Range(row);
        for (int i = start; i < end; i++)
        {
            json.WritePropertyName(Encoding.UTF8.GetString(vector.Inner[0].Bytes(i)));
            odd |= Write(json, vector.Inner[1], i);
        }

        json.WriteEndObject();
        return odd;
    }

    private static bool OtherMap(Utf8JsonWriter json, VectorReader vector, int row)
    {
        bool odd = false;
        json.WriteStartArray();
        (int start, int end) = vector.Range(row);
        for (int i = start; i < end; i++)
        {
            odd |= Fields(json, vector, i);
        }

        json.WriteEndArray();
        return odd;
    }

    private static bool Fields(Utf8JsonWriter json, VectorReader vector, int row)
    {
        bool odd = false;
        json.WriteStartObject();
        for (int i = 0; i < vector.Inner.Length; i++)
        {
            json.WritePropertyName(vector.Type.EncodedNames[i]);
            odd |= Write(json, vector.Inner[i], row);
        }

        json.WriteEndObject();
        return odd;
    }
}
