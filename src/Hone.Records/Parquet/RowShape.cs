using System.Buffers;
using System.Text.Json;
using Hone.Records.Lines;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>The columns that fit all rows of a file that is to be written.</summary>
internal sealed class RowShape
{
    private RowShape(FieldShape whole) => Columns = [.. whole.Fields];

    /// <summary>Names and shapes, as the fields first came.</summary>
    internal IReadOnlyList<(string Name, FieldShape Shape)> Columns { get; }

    /// <summary>The columns as a CREATE TABLE statement has them.</summary>
    internal string SqlColumns => string.Join(", ", Columns.Select(column => $"{Sql.Name(column.Name)} {column.Shape.SqlType}"));

    /// <summary>Looks at every row.</summary>
    /// <param name="path">The file that is to be written, for messages.</param>
    /// <param name="rows">JSON objects.</param>
    internal static RowShape Of(string path, IReadOnlyList<ReadOnlyMemory<byte>> rows)
    {
        var whole = new FieldShape();
        for (int i = 0; i < rows.Count; i++)
        {
            try
            {
                using JsonDocument row = Parse(rows[i]);
                if (row.RootElement.ValueKind != JsonValueKind.Object)
                {
                    throw new JsonException("no object");
                }

                whole.Add(row.RootElement, i, "");
            }
            catch (JsonException error)
            {
                throw RecordError.In(path, $"row {i} is no JSON object ({RecordError.Quote(error.Message)}), expected one",
                    "check where the rows come from");
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException($"{path}: {error.Message}");
            }
        }

        var shape = new RowShape(whole);
        return shape.Columns.Count > 0
            ? shape
            : throw RecordError.In(path, $"the {rows.Count} rows have no fields, expected at least one row with one field",
                "Parquet has no file without columns");
    }

    /// <summary>A row, with Python's bare NaN and half surrogate pairs made strict JSON.</summary>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> row)
    {
        if (!PythonJson.MayHaveSurrogates(row.Span))
        {
            try
            {
                return JsonDocument.Parse(row);
            }
            catch (JsonException)
            {
                // Perhaps for a bare NaN alone.
            }
        }

        ArrayBufferWriter<byte> repaired = new(row.Length + 64);
        PythonJson.Repair(row.Span, repaired);
        return JsonDocument.Parse(repaired.WrittenMemory);
    }
}
