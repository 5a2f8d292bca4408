using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Exporting;

/// <summary>Writes chosen rows as a Parquet file.</summary>
public static class SelectedParquet
{
    /// <summary>
    /// Writes chosen rows with their added fields, whole or not at all. Rows of a Parquet file keep the types of all columns; of
    /// another, a column has the type that all rows fit (<see cref="ParquetFile.Write"/>).
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="set">The data set that the rows come from.</param>
    /// <param name="rows">The rows in the order they are to be written, at least one.</param>
    /// <exception cref="InvalidDataException">A column holds different kinds of value, or DuckDB's library is absent.</exception>
    public static void Write(string path, DataSet set, IReadOnlyList<SelectedRow> rows)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(rows);
        if (ParquetFile.IsParquet(set.Path))
        {
            ParquetFile.WriteSelected(set.Path, [.. rows.Select(row => (long)row.Row.LineNumber - 1)], [.. Added(rows)], path);
        }
        else
        {
            ParquetFile.Write(path, [.. rows.Select(row => (ReadOnlyMemory<byte>)RowSplice.Apply(row.Row.Json.Span, row.Fields))]);
        }
    }

    private static IEnumerable<AddedColumn> Added(IReadOnlyList<SelectedRow> rows)
    {
        foreach (string name in rows.SelectMany(row => row.Fields).Select(field => field.Key).Distinct())
        {
            object?[] values = [.. rows.Select(row => row.Fields[name] is JsonValue value ? value.GetValue<object>() : null)];
            yield return values.All(value => value is null or int or long)
                ? AddedColumn.Longs(name, [.. values.Select(value => value is null ? (long?)null : Convert.ToInt64(value, null))])
                : values.All(value => value is null or int or long or double)
                    ? AddedColumn.Doubles(name, [.. values.Select(value => value is null ? (double?)null : Convert.ToDouble(value, null))])
                    : AddedColumn.Texts(name, [.. values.Select(value => value?.ToString())]);
        }
    }
}
