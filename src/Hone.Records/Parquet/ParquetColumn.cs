namespace Hone.Records.Parquet;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How its values are read.</param>
/// <param name="Type">Its type as DuckDB names it, such as BIGINT or STRUCT("content" VARCHAR, "role" VARCHAR)[].</param>
public sealed record ParquetColumn(string Name, ParquetKind Kind, string Type);

/// <summary>How the values of a column are read.</summary>
public enum ParquetKind
{
    /// <summary>Whole numbers.</summary>
    Whole,

    /// <summary>Other numbers, decimals among them.</summary>
    Real,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Lists of numbers.</summary>
    Reals,

    /// <summary>Anything else: read as text, structs, maps and lists as JSON.</summary>
    Other,
}
