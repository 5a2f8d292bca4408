using System.Security.Cryptography;
using System.Text.Json;
using Hone.Records.Parquet;

namespace Hone.Records.DataSets;

/// <summary>A set of prompts, held in memory.</summary>
public sealed class DataSet
{
    private DataSet(string path, DataSetShape shape, IReadOnlyList<DataRow> rows, string hash) =>
        (Path, Shape, Rows, Hash) = (path, shape, rows, hash);

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>The shape that was recognised.</summary>
    public DataSetShape Shape { get; }

    /// <summary>The rows in the order of the file.</summary>
    public IReadOnlyList<DataRow> Rows { get; }

    /// <summary>
    /// SHA-256 over the rows, each with one line feed, in lower-case hexadecimal. Compression, line endings and blank
    /// lines do not change it. A row of a Parquet file is the JSON text that is made of it.
    /// </summary>
    public string Hash { get; }

    /// <summary>Reads a data set.</summary>
    /// <param name="path">A JSON Lines file, plain or gzip, or a Parquet file, whatever its name.</param>
    /// <param name="fields">The user's names for our fields; null where the shape says it all.</param>
    /// <param name="requireAnswer">Whether a row without a gold answer is an error.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The shape is unknown, the set is empty, or a row is not
    /// usable.</exception>
    public static DataSet Read(string path, FieldMap? fields = null, bool requireAnswer = false)
    {
        using IRowReader reader = ParquetFile.IsParquet(path) ? ParquetRowReader.Open(path) : JsonLineReader.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<DataRow> rows = [];
        Dictionary<string, int> lines = [];
        DataSetShape shape = default;
        RowParser? parser = null;
        while (reader.Read())
        {
            JsonElement json = JsonElement.Parse(reader.Json.Span);
            if (parser is null)
            {
                RowFields found = RowFields.Recognise(json, fields ?? FieldMap.None)
                    ?? throw UnknownShape(reader, json);
                shape = found.Shape;
                parser = new RowParser(reader, found, requireAnswer);
            }

            DataRow row = parser.Parse(json, rows.Count);
            if (!lines.TryAdd(row.Id, row.LineNumber))
            {
                throw reader.Error(
                    $"id {RecordError.Quote(row.Id)} is also {reader.Place(lines[row.Id])}, expected unique ids",
                    "remove one of the two rows, or name another field with --field id=THEIR_FIELD");
            }

            hash.AppendData(row.Json.Span);
            hash.AppendData("\n"u8);
            rows.Add(row);
        }

        return rows.Count > 0
            ? new DataSet(path, shape, rows, Convert.ToHexStringLower(hash.GetHashAndReset()))
            : throw RecordError.In(
                path, "the data set has no rows, expected at least one", "check that the file was written");
    }

    private static InvalidDataException UnknownShape(IRowReader reader, JsonElement row) =>
        reader.Error($"unknown shape of data set; the fields are {JsonFields.List(row)}, expected one of "
            + "question + answer (GSM8K), prompt (plain, TRL, verl, slime), problem + answer (MATH), input + label (OpenRLHF), "
            + "input + output (NeMo-RL) or messages + ground_truth + dataset (open-instruct)",
            "say which field is which with --field prompt=THEIR_FIELD --field answer=THEIR_FIELD");
}
