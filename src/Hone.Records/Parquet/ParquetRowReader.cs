using System.Buffers;
using System.Text.Json;
using Hone.Records.DataSets;
using Hone.Records.Lines;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>Reads a Parquet file one row at a time, as JSON objects, in the order of the file and in constant memory.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly OpenedFile _file;
    private readonly ResultReader _rows;
    private readonly JsonEncodedText[] _names;
    private readonly long _expected;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _repaired = new();
    private readonly Utf8JsonWriter _json;
    private int _at;

    private ParquetRowReader(OpenedFile file)
    {
        _file = file;
        try
        {
            file.CheckPages();
            _expected = file.RowCount();
            string read = Sql.Read(file.Name);
            using (ResultReader columns = file.Query($"SELECT * FROM {read} LIMIT 0"))
            {
                _names = [.. columns.Names.Select(name => JsonEncodedText.Encode(name, RecordJson.Encoder))];
                _rows = file.Query($"SELECT {string.Join(", ", columns.Names.Zip(columns.Types, Selected))} FROM {read}");
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _json = new Utf8JsonWriter(
            _line, RecordJson.WriterOptions with { MaxDepth = 2 * ColumnType.Deepest, SkipValidation = true });
    }

    public string Path => _file.Path;

    /// <summary>The row, from 1.</summary>
    public int LineNumber { get; private set; }

    public ReadOnlyMemory<byte> Line => _line.WrittenMemory;

    public ReadOnlyMemory<byte> Json { get; private set; }

    internal static ParquetRowReader Open(string path) => new(OpenedFile.Open(path));

    public bool Read()
    {
        _at++;
        if (_at >= _rows.Count)
        {
            _at = 0;
            if (!_file.Next(_rows))
            {
                return LineNumber == _expected
                    ? false
                    : throw RecordError.In(Path, $"ends after {LineNumber} rows, expected the {_expected} that its footer gives",
                        "copy or write the file again");
            }
        }

        LineNumber++;
        try
        {
            Write();
            return true;
        }
        catch (DuckDbException error)
        {
            throw _file.Unreadable(error);
        }
    }

    public InvalidDataException Error(string what, string hint) => RecordError.In(Path, $"row {LineNumber - 1}: {what}", hint);

    public InvalidDataException RowError(int index, string what, string hint) =>
        RecordError.In(Path, $"row {index} {what}", hint);

    public string Place(int lineNumber) => $"in row {lineNumber - 1}";

    public void Dispose()
    {
        _json.Dispose();
        _rows.Dispose();
        _file.Dispose();
    }

    private static string Selected(string name, ColumnType type) =>
        type.IsReadable ? Sql.Name(name) : $"CAST({Sql.Name(name)} AS VARCHAR) AS {Sql.Name(name)}";

    private void Write()
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        bool odd = false;
        for (int i = 0; i < _names.Length; i++)
        {
            _json.WritePropertyName(_names[i]);
            odd |= JsonValues.Write(_json, _rows.Vectors[i], _at);
        }

        _json.WriteEndObject();
        _json.Flush();
        Json = Line;
        if (odd)
        {
            PythonJson.Repair(Line.Span, _repaired);
            Json = _repaired.WrittenMemory;
        }
    }
}
