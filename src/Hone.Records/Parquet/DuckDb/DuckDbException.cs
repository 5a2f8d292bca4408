namespace Hone.Records.Parquet.DuckDb;

/// <summary>What DuckDB says when it refuses; the callers know which file it is about.</summary>
internal sealed class DuckDbException(string message) : Exception(message);
