using System.Text.Json;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>
/// Takes JSON objects apart into the columns of a table: a chunk of rows at once, each column down through its types.
/// </summary>
internal static class RowWriter
{
    internal static void Append(Appender appender, RowShape shape, IReadOnlyList<ReadOnlyMemory<byte>> rows)
    {
        for (int from = 0; from < rows.Count; from += Appender.ChunkRows)
        {
            JsonDocument[] chunk = [.. Enumerable.Range(from, Math.Min(Appender.ChunkRows, rows.Count - from))
                .Select(i => RowShape.Parse(rows[i]))];
            appender.Append(chunk.Length, (column, vector) =>
            {
                (string name, FieldShape field) = shape.Columns[column];
                Write(vector, field, [.. chunk.Select(row => Member(row.RootElement, name))]);
            });
            foreach (JsonDocument row in chunk)
            {
                row.Dispose();
            }
        }
    }

    /// <param name="vector">Where to.</param>
    /// <param name="shape">What the values are.</param>
    /// <param name="values">The values; an undefined one, as null, is none.</param>
    private static void Write(VectorWriter vector, FieldShape shape, JsonElement[] values)
    {
        switch (shape.Type)
        {
            case TypeId.Struct:
                WriteFields(vector, shape, values);
                return;
            case TypeId.List:
                WriteLists(vector, shape, values);
                return;
            default:
                for (int i = 0; i < values.Length; i++)
                {
                    WriteSingle(vector, shape.Type, i, values[i]);
                }

                return;
        }
    }

    private static void WriteSingle(VectorWriter vector, TypeId type, int row, JsonElement value)
    {
        if (IsNone(value))
        {
            vector.SetNull(row);
            return;
        }

        switch (type)
        {
            case TypeId.Boolean:
                vector.Set<bool>(row, value.GetBoolean());
                return;
            case TypeId.BigInt:
                vector.Set<long>(row, value.GetInt64());
                return;
            case TypeId.Double:
                vector.Set<double>(row, value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Word(value));
                return;
            default:
                // An object without members in every row has no type of its own in Parquet, and is null.
                vector.Set(row, value.ValueKind == JsonValueKind.String ? value.GetString() : null);
                return;
        }
    }

    private static void WriteFields(VectorWriter vector, FieldShape shape, JsonElement[] values)
    {
        SetNulls(vector, values);
        int at = 0;
        foreach ((string name, FieldShape field) in shape.Fields)
        {
            Write(vector.Field(at++), field, [.. values.Select(value => IsNone(value) ? default : Member(value, name))]);
        }
    }

    private static void WriteLists(VectorWriter vector, FieldShape shape, JsonElement[] values)
    {
        SetNulls(vector, values);
        List<JsonElement> elements = [];
        for (int i = 0; i < values.Length; i++)
        {
            int start = elements.Count;
            if (!IsNone(values[i]))
            {
                elements.AddRange(values[i].EnumerateArray());
            }

            vector.SetRange(i, start, elements.Count - start);
        }

        Write(vector.Elements(elements.Count), shape.Element ?? new FieldShape(), [.. elements]);
    }

    private static void SetNulls(VectorWriter vector, JsonElement[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (IsNone(values[i]))
            {
                vector.SetNull(i);
            }
        }
    }

    private static double Word(JsonElement text) =>
        text.ValueEquals("NaN"u8) ? double.NaN
        : text.ValueEquals("Infinity"u8) ? double.PositiveInfinity : double.NegativeInfinity;

    private static bool IsNone(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    private static JsonElement Member(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) ? value : default;
}
