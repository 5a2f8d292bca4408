using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>
/// Reads chosen columns of a Parquet file, about 2048 rows at a time in the order of the file, without making an object of
/// a row or a string of a text.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    private readonly OpenedFile _file;
    private readonly ResultReader _rows;
    private readonly ParquetKind[] _kinds;
    private readonly long[][] _longs;
    private readonly double[][] _doubles;
    private double[] _list = [];
    private long _read;

    private ParquetReader(OpenedFile file, IReadOnlyList<string> columns)
    {
        _file = file;
        try
        {
            RowCount = file.RowCount();
            ChosenColumn[] chosen = Choose(file, columns);
            file.CheckPages([.. chosen.Select(column => column.Place)]);
            _kinds = [.. chosen.Select(column => column.Kind)];
            _rows = file.Query($"SELECT {string.Join(", ", chosen.Select(column => column.Sql))} FROM {Sql.Read(file.Name)}");
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _longs = new long[_kinds.Length][];
        _doubles = new double[_kinds.Length][];
    }

    /// <summary>How many rows the whole file has.</summary>
    public long RowCount { get; }

    /// <summary>How many rows the chunk at hand has.</summary>
    public int Count => _rows.Count;

    /// <summary>The columns of a file, in its order.</summary>
    /// <param name="path">A Parquet file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no sound Parquet file, or DuckDB's library is absent.</exception>
    public static IReadOnlyList<ParquetColumn> Columns(string path)
    {
        using OpenedFile file = OpenedFile.Open(path);
        using ResultReader columns = file.Query($"SELECT * FROM {Sql.Read(file.Name)} LIMIT 0");
        using ResultReader types = file.Query($"SELECT column_type FROM (DESCRIBE SELECT * FROM {Sql.Read(file.Name)})");
        List<ParquetColumn> found = [];
        while (file.Next(types))
        {
            for (int row = 0; row < types.Count; row++)
            {
                string type = System.Text.Encoding.UTF8.GetString(types.Vectors[0].Bytes(row));
                found.Add(new(columns.Names[found.Count], ChosenColumn.KindOf(columns.Types[found.Count]), type));
            }
        }

        return found;
    }

    /// <summary>Opens a file for some of its columns.</summary>
    /// <param name="path">A Parquet file.</param>
    /// <param name="columns">
    /// Names of columns, or dotted paths to fields of structs (extra_info.index); the other methods take places in this list.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is no sound Parquet file, it has no such column, or DuckDB's library is absent.
    /// </exception>
    public static ParquetReader Open(string path, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        return new ParquetReader(OpenedFile.Open(path), columns);
    }

    /// <summary>How a column is read.</summary>
    /// <param name="column">A place in the list of columns.</param>
    public ParquetKind Kind(int column) => _kinds[column];

    /// <summary>Moves to the next rows; what was read before is gone.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged here.</exception>
    public bool ReadChunk()
    {
        if (!_file.Next(_rows))
        {
            return _read == RowCount
                ? false
                : throw RecordError.In(_file.Path, $"ends after {_read} rows, expected the {RowCount} that its footer gives",
                    "copy or write the file again");
        }

        _read += Count;
        for (int column = 0; column < _kinds.Length; column++)
        {
            if (_kinds[column] is ParquetKind.Whole or ParquetKind.Real)
            {
                TakeNumbers(column);
            }
        }

        return true;
    }

    /// <summary>Whether a row has no value.</summary>
    /// <param name="column">A place in the list of columns.</param>
    /// <param name="row">A row of the chunk, from 0.</param>
    public bool IsNull(int column, int row) => At(column, row).IsNull(row);

    /// <summary>
    /// The whole numbers of the chunk, 0 where there is none; of a column of kind <see cref="ParquetKind.Whole"/>.
    /// </summary>
    /// <param name="column">A place in the list of columns.</param>
    public ReadOnlySpan<long> Longs(int column)
    {
        Expect(column, ParquetKind.Whole);
        return _longs[column].AsSpan(0, Count);
    }

    /// <summary>
    /// The numbers of the chunk, NaN where there is none; of a column of kind <see cref="ParquetKind.Real"/> or
    /// <see cref="ParquetKind.Whole"/>.
    /// </summary>
    /// <param name="column">A place in the list of columns.</param>
    public ReadOnlySpan<double> Doubles(int column)
    {
        Expect(column, ParquetKind.Real, ParquetKind.Whole);
        return _doubles[column].AsSpan(0, Count);
    }

    /// <summary>
    /// The numbers of one row's list, NaN where there is none; empty where the row has no list. Valid until the next call.
    /// </summary>
    /// <param name="column">A place in the list of columns, of kind <see cref="ParquetKind.Reals"/>.</param>
    /// <param name="row">A row of the chunk, from 0.</param>
    public ReadOnlySpan<double> List(int column, int row)
    {
        Expect(column, ParquetKind.Reals);
        VectorReader lists = At(column, row);
        if (lists.IsNull(row))
        {
            return [];
        }

        (int start, int end) = lists.Range(row);
        Array.Resize(ref _list, Math.Max(_list.Length, end - start));
        VectorReader inner = lists.Inner[0];
        for (int i = start; i < end; i++)
        {
            _list[i - start] = inner.IsNull(i) ? double.NaN : inner.Value<double>(i);
        }

        return _list.AsSpan(0, end - start);
    }

    /// <summary>Whether a row is true; false where it has no value.</summary>
    /// <param name="column">A place in the list of columns, of kind <see cref="ParquetKind.Flag"/>.</param>
    /// <param name="row">A row of the chunk, from 0.</param>
    public bool Flag(int column, int row)
    {
        Expect(column, ParquetKind.Flag);
        return !IsNull(column, row) && At(column, row).Value<byte>(row) != 0;
    }

    /// <summary>The text of a row in UTF-8, empty where it has none. It lies in DuckDB's memory, until the next chunk.</summary>
    /// <param name="column">
    /// A place in the list of columns, of kind <see cref="ParquetKind.Text"/> or <see cref="ParquetKind.Other"/>.
    /// </param>
    /// <param name="row">A row of the chunk, from 0.</param>
    public ReadOnlySpan<byte> Utf8(int column, int row)
    {
        Expect(column, ParquetKind.Text, ParquetKind.Other);
        return IsNull(column, row) ? [] : At(column, row).Bytes(row);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }

    private static ChosenColumn[] Choose(OpenedFile file, IReadOnlyList<string> columns)
    {
        using ResultReader all = file.Query($"SELECT * FROM {Sql.Read(file.Name)} LIMIT 0");
        return [.. columns.Select(name => ChosenColumn.Find(all, name) ?? throw RecordError.In(
            file.Path, $"has no column {RecordError.Quote(name)}; the columns are {RecordError.List([.. all.Names])}",
            NearestName.Of(name, all.Names) is { } near ? $"did you mean '{near}'" : "name one of them"))];
    }

    private void TakeNumbers(int column)
    {
        VectorReader values = _rows.Vectors[column];
        Array.Resize(ref _longs[column], Math.Max(_longs[column]?.Length ?? 0, Count));
        Array.Resize(ref _doubles[column], Math.Max(_doubles[column]?.Length ?? 0, Count));
        for (int row = 0; row < Count; row++)
        {
            bool missing = values.IsNull(row);
            _longs[column][row] = missing || _kinds[column] == ParquetKind.Real ? 0 : values.Value<long>(row);
            _doubles[column][row] = missing ? double.NaN
                : _kinds[column] == ParquetKind.Real ? values.Value<double>(row) : _longs[column][row];
        }
    }

    // A row beyond the chunk, or of one that is gone, lies in memory that is not ours.
    private VectorReader At(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return _rows.Vectors[column];
    }

    private void Expect(int column, params ReadOnlySpan<ParquetKind> kinds)
    {
        if (!kinds.Contains(_kinds[column]))
        {
            throw new InvalidOperationException($"Column {column} is of kind {_kinds[column]}.");
        }
    }
}
