using System.Buffers.Binary;
using System.Text;

namespace Hone.Records.Parquet;

/// <summary>The pages of one column in one row group, as the footer tells of them.</summary>
/// <param name="Column">The column of the table that they belong to, from 0; one with types inside has several of these.</param>
/// <param name="Start">Where the first page lies, in bytes from the start of the file.</param>
/// <param name="Values">How many values the pages hold together.</param>
internal readonly record struct ColumnPages(int Column, long Start, long Values);

/// <summary>What a footer tells of the pages.</summary>
/// <param name="Columns">The names of the table's columns, in the order of the file.</param>
/// <param name="Groups">The row groups: their rows, and the pages of each column that holds values.</param>
internal sealed record ParquetFooter(IReadOnlyList<string> Columns, IReadOnlyList<(long Rows, ColumnPages[] Pages)> Groups);

/// <summary>
/// Walks through the footer of a Parquet file, to see where its pages lie, and how deep its types lie within each other:
/// DuckDB follows them by recursion, and some ten thousand would end the process. Of a part that is there twice DuckDB may
/// take one and this reader the other; no program writes that, and it is refused.
/// </summary>
internal ref struct FooterReader
{
    // Lists and maps take two or three levels each; trainers' files have four.
    private const int DeepestSchema = 200;

    private readonly List<string> _columns = [];
    private readonly List<(long Rows, ColumnPages[] Pages)> _groups = [];

    /// <summary>Of each column that holds values, the column of the table that it belongs to.</summary>
    private readonly List<int> _leaves = [];
    private ThriftReader _thrift;

    private FooterReader(ReadOnlySpan<byte> bytes) => _thrift = new ThriftReader(bytes);

    /// <summary>Reads the footer of a file that is known to end as a Parquet file does.</summary>
    /// <exception cref="InvalidDataException">The footer is damaged, or its types lie too deep.</exception>
    internal static ParquetFooter Read(string path)
    {
        byte[] footer = Footer(path);
        try
        {
            var reader = new FooterReader(footer);
            reader.Walk();
            return new ParquetFooter(reader._columns, reader._groups);
        }
        catch (Exception error) when (error is FormatException or EndOfStreamException)
        {
            string problem = error is FormatException ? error.Message : "it ends too early";
            throw RecordError.In(
                path, $"cannot be read as Parquet (the footer is damaged: {problem}), expected a whole and sound file",
                "copy or write the file again");
        }
    }

    private static byte[] Footer(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            Span<byte> end = stackalloc byte[8];
            file.Seek(-8, SeekOrigin.End);
            file.ReadExactly(end);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(end);
            if (length > Math.Min(file.Length - 12, Array.MaxLength))
            {
                throw RecordError.In(path, $"cannot be read as Parquet (a footer of {length} bytes in a file of {file.Length}), "
                    + "expected a whole and sound file", "copy or write the file again");
            }

            byte[] footer = new byte[length];
            file.Seek(-8 - length, SeekOrigin.End);
            file.ReadExactly(footer);
            return footer;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }

    private void Walk()
    {
        int field = 0;
        ulong seen = 0;
        while (_thrift.NextField(ref field, ref seen) is var kind && kind != ThriftKind.Stop)
        {
            switch ((field, kind))
            {
                case (2, ThriftKind.List):
                    WalkSchema();
                    break;
                case (4, ThriftKind.List):
                    WalkGroups();
                    break;
                default:
                    _thrift.Skip(kind, 0);
                    break;
            }
        }
    }

    /// <summary>The schema's elements lie one after the other, each with the number of those inside it.</summary>
    private void WalkSchema()
    {
        Stack<long> open = new();
        for (long left = Structs("its schema"); left > 0; left--)
        {
            long inside = SchemaElement(out ReadOnlySpan<byte> name);
            if (open.Count == 1)
            {
                _columns.Add(Encoding.UTF8.GetString(name));
            }

            if (inside > 0)
            {
                open.Push(inside);
                if (open.Count > DeepestSchema)
                {
                    throw new FormatException($"types lie within types more than {DeepestSchema} deep");
                }

                continue;
            }

            if (open.Count > 0)
            {
                _leaves.Add(_columns.Count - 1);
            }

            while (open.TryPop(out long more))
            {
                if (more > 1)
                {
                    open.Push(more - 1);
                    break;
                }
            }
        }
    }

    /// <returns>How many elements lie inside it.</returns>
    private long SchemaElement(out ReadOnlySpan<byte> name)
    {
        int field = 0;
        ulong seen = 0;
        long inside = 0;
        name = [];
        while (_thrift.NextField(ref field, ref seen) is var kind && kind != ThriftKind.Stop)
        {
            switch ((field, kind))
            {
                case (4, ThriftKind.Binary):
                    name = _thrift.Text();
                    break;
                case (5, ThriftKind.Int32):
                    inside = _thrift.Number32();
                    break;
                default:
                    _thrift.Skip(kind, 1);
                    break;
            }
        }

        return inside;
    }

    private void WalkGroups()
    {
        for (long left = Structs("its row groups"); left > 0; left--)
        {
            List<ColumnPages> pages = [];
            long rows = 0;
            int field = 0;
            ulong seen = 0;
            while (_thrift.NextField(ref field, ref seen) is var kind && kind != ThriftKind.Stop)
            {
                switch ((field, kind))
                {
                    case (1, ThriftKind.List):
                        for (long chunks = Structs("the columns of a row group"); chunks > 0; chunks--)
                        {
                            pages.Add(Pages(pages.Count < _leaves.Count ? _leaves[pages.Count] : -1));
                        }

                        break;
                    case (3, ThriftKind.Int64):
                        rows = _thrift.Number();
                        break;
                    default:
                        _thrift.Skip(kind, 1);
                        break;
                }
            }

            if (pages.Count != _leaves.Count || rows < 0)
            {
                throw new FormatException(
                    $"a row group has {rows} rows in {pages.Count} columns where the schema has {_leaves.Count}");
            }

            _groups.Add((rows, [.. pages]));
        }
    }

    private ColumnPages Pages(int column)
    {
        ColumnPages? pages = null;
        int field = 0;
        ulong seen = 0;
        while (_thrift.NextField(ref field, ref seen) is var kind && kind != ThriftKind.Stop)
        {
            if ((field, kind) == (3, ThriftKind.Struct))
            {
                pages = ColumnMetadata(column);
            }
            else
            {
                _thrift.Skip(kind, 2);
            }
        }

        return pages ?? throw new FormatException("a column of a row group is not described");
    }

    private ColumnPages ColumnMetadata(int column)
    {
        int field = 0;
        ulong seen = 0;
        long values = 0, data = 0, dictionary = 0;
        while (_thrift.NextField(ref field, ref seen) is var kind && kind != ThriftKind.Stop)
        {
            switch ((field, kind))
            {
                case (5, ThriftKind.Int64):
                    values = _thrift.Number();
                    break;
                case (9, ThriftKind.Int64):
                    data = _thrift.Number();
                    break;
                case (11, ThriftKind.Int64):
                    dictionary = _thrift.Number();
                    break;
                default:
                    _thrift.Skip(kind, 3);
                    break;
            }
        }

        // Where there is no dictionary, some write 0 for its place; no page lies before byte 4. DuckDB takes it as this does.
        return values >= 0
            ? new ColumnPages(column, dictionary >= 4 ? dictionary : data, values)
            : throw new FormatException($"a column of a row group has {values} values");
    }

    /// <summary>The number of elements of a list that must hold structs.</summary>
    private long Structs(string what)
    {
        (ThriftKind kind, long count) = _thrift.ListHead();
        return kind == ThriftKind.Struct || count == 0 ? count : throw new FormatException($"{what} are no list of elements");
    }
}
