using Hone.Records.DataSets;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>A column that is added to chosen rows; its name starts with <c>hone_</c>.</summary>
public sealed class AddedColumn
{
    private AddedColumn(string name, string type, int count, Action<VectorWriter, int, int> set)
    {
        if (!name.StartsWith(RowSplice.Prefix, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Column '{name}' does not start with '{RowSplice.Prefix}'.", nameof(name));
        }

        (Name, SqlType, Count, Set) = (name, type, count, set);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>How many values it has.</summary>
    public int Count { get; }

    internal string SqlType { get; }

    /// <summary>Sets a row of a vector, the first number, to the value at the place that is the second.</summary>
    internal Action<VectorWriter, int, int> Set { get; }

    /// <summary>A column of doubles; null stays null.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">A value for each row.</param>
    public static AddedColumn Doubles(string name, IReadOnlyList<double?> values) =>
        new(name, "DOUBLE", values.Count, (vector, row, from) => vector.Set(row, values[from]));

    /// <summary>A column of whole numbers; null stays null.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">A value for each row.</param>
    public static AddedColumn Longs(string name, IReadOnlyList<long?> values) =>
        new(name, "BIGINT", values.Count, (vector, row, from) => vector.Set(row, values[from]));

    /// <summary>A column of texts; null stays null.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">A value for each row.</param>
    public static AddedColumn Texts(string name, IReadOnlyList<string?> values) =>
        new(name, "VARCHAR", values.Count, (vector, row, from) => vector.Set(row, values[from]));
}
