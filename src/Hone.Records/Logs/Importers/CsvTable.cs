using System.Buffers;
using System.Text;
using System.Text.Json;
using Hone.Records.Lines;
using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>Reads the records of a CSV file and shows each as a JSON object of its columns.</summary>
internal sealed class CsvTable : IRowCursor
{
    private readonly string _path;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly List<byte> _cell = [];
    private readonly List<byte[]> _cells = [];
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly byte[][] _names;
    private int _at;
    private int _length;
    private int _lineEnds;

    /// <summary>Opens a file and reads its names.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or has no names.</exception>
    internal CsvTable(string path)
    {
        _path = path;
        _stream = TextStream.Open(path);
        try
        {
            if (!Record())
            {
                throw RecordError.In(path, "the file is empty, expected a row of column names", "check that this is the right file");
            }

            if (_cells[0].AsSpan().StartsWith("\uFEFF"u8))
            {
                _cells[0] = _cells[0][3..];
            }

            _names = [.. _cells.Select(name => JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(name)))];
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Line of the file, from 1, in which the last record starts.</summary>
    public int LineNumber { get; private set; }

    /// <summary>The last record as a JSON object, until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line => _json.WrittenMemory;

    /// <summary>Moves to the next record; false behind the last.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read on, or a record has another number of cells than there are
    /// names.</exception>
    public bool Read()
    {
        if (!Record())
        {
            return false;
        }

        if (_cells.Count != _names.Length)
        {
            throw RecordError.At(_path, LineNumber,
                $"the record has {_cells.Count} fields, expected {_names.Length} as in the first line", "put fields with commas in quotes");
        }

        _json.ResetWrittenCount();
        for (int i = 0; i < _names.Length; i++)
        {
            _json.Write(i == 0 ? "{"u8 : ","u8);
            _json.Write(_names[i]);
            _json.Write(":"u8);
            WriteValue(_cells[i]);
        }

        _json.Write("}"u8);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Lists stand as they are, all else is text; an empty cell and a number that is none are null.</summary>
    private void WriteValue(byte[] cell)
    {
        ReadOnlySpan<byte> value = cell.AsSpan().Trim(" \t"u8);
        bool isList = value.StartsWith("["u8) && JsonScan.ValueEnd(value, 0) == value.Length && !value.Contains((byte)'\n');
        if (isList)
        {
            _json.Write(value);
        }
        else if (value.IsEmpty || value.SequenceEqual("nan"u8) || value.SequenceEqual("NaN"u8))
        {
            _json.Write("null"u8);
        }
        else
        {
            _json.Write(JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(value)));
        }
    }

    /// <summary>Reads the cells of the next record, blank lines passed over.</summary>
    private bool Record()
    {
        _cells.Clear();
        _cell.Clear();
        LineNumber = _lineEnds + 1;
        bool quoted = false, closed = false, any = false;
        for (int read = NextByte(); read >= 0 || quoted; read = NextByte())
        {
            if (read < 0)
            {
                throw RecordError.At(_path, LineNumber, "a quote is never closed, expected one at the end of the field",
                    "the file was cut while it was written or copied, or a quote inside of a field is not doubled");
            }

            byte unit = (byte)read;
            if (quoted)
            {
                (quoted, closed) = unit == '"' ? (false, true) : (true, false);
                if (!closed)
                {
                    Append(unit);
                }
            }
            else if (unit == '"' && (closed || _cell.Count == 0))
            {
                // A doubled quote goes on with the field that it closed for a moment.
                if (closed)
                {
                    Append(unit);
                }

                (quoted, closed, any) = (true, false, true);
            }
            else if (unit == ',')
            {
                EndCell();
                (closed, any) = (false, true);
            }
            else if (unit == '\n')
            {
                if (any || _cell.Count > 0)
                {
                    EndCell();
                    return true;
                }

                LineNumber = _lineEnds + 1;
            }
            else if (unit != '\r')
            {
                if (closed)
                {
                    throw RecordError.At(_path, LineNumber, "there is text behind a closing quote, expected a comma or the end of the line",
                        "double the quotes inside of a field");
                }

                Append(unit);
                any = true;
            }
        }

        if (any || _cell.Count > 0)
        {
            EndCell();
        }

        return _cells.Count > 0;
    }

    private void EndCell()
    {
        _cells.Add([.. _cell]);
        _cell.Clear();
    }

    private void Append(byte unit)
    {
        if (_cell.Count >= BlockSource.LongestLine)
        {
            throw RecordError.At(_path, LineNumber, $"a field is longer than {BlockSource.LongestLine >> 20} MiB, expected a row of fields",
                "check that this is a CSV file, and that its quotes are closed");
        }

        _cell.Add(unit);
    }

    private int NextByte()
    {
        if (_at == _length)
        {
            (_at, _length) = (0, TextStream.Read(_stream, _buffer, _path));
            if (_length == 0)
            {
                return -1;
            }
        }

        byte unit = _buffer[_at++];
        _lineEnds += unit == '\n' ? 1 : 0;
        return unit;
    }
}
