using Microsoft.Win32.SafeHandles;

namespace Hone.Records.Parquet;

/// <summary>
/// Looks at the head of every page before DuckDB reads it. DuckDB 1.5 writes past its memory, which ends the process, where
/// the lengths in a page of two encodings are wrong, or the sizes in its head; the encodings are refused, and so are sizes
/// that cannot be. What is read is some hundred bytes a page, of which there is one for a megabyte or so.
/// </summary>
internal sealed class PageCheck : IDisposable
{
    private const int DeltaLengthByteArray = 6;
    private const int DeltaByteArray = 7;

    /// <summary>A head may hold the least and the largest value of its page.</summary>
    private const int LongestHead = 16 << 20;

    // The shortest head has more; where the same pages are told of again and again, they end the check.
    private const int ShortestPage = 8;
    private readonly string _path;
    private readonly ParquetFooter _footer;
    private readonly SafeFileHandle _file;
    private readonly long _length;
    private byte[] _buffer = new byte[2048];
    private long _bufferStart;
    private int _buffered;
    private long _pages;

    private PageCheck(string path, ParquetFooter footer)
    {
        (_path, _footer) = (path, footer);
        _file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        _length = RandomAccess.GetLength(_file);
    }

    /// <summary>Checks all pages of some columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="footer">Its footer.</param>
    /// <param name="columns">Which of the table's columns, from 0; all where null.</param>
    /// <exception cref="InvalidDataException">A page is damaged, or of an encoding that is not read.</exception>
    internal static void Run(string path, ParquetFooter footer, IReadOnlyCollection<int>? columns = null)
    {
        try
        {
            using var check = new PageCheck(path, footer);
            foreach ((long rows, ColumnPages[] group) in footer.Groups)
            {
                // Of a struct, DuckDB asks every column inside for as many values as one of them says it has.
                Dictionary<int, long> most = [];
                foreach (ColumnPages pages in group)
                {
                    most[pages.Column] = Math.Max(most.GetValueOrDefault(pages.Column, rows), pages.Values);
                }

                foreach (ColumnPages pages in group)
                {
                    if (columns is null || columns.Contains(pages.Column))
                    {
                        check.Walk(pages, most[pages.Column]);
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }

    public void Dispose() => _file.Dispose();

    /// <param name="pages">The first page, and the values that all of them have together.</param>
    /// <param name="asked">
    /// How many values DuckDB may ask for, which in a sound file with lists is more than there are: what follows the last
    /// page is looked at too, but need be no page.
    /// </param>
    private void Walk(ColumnPages pages, long asked)
    {
        bool hasDictionary = false;
        long at = pages.Start;
        for (long values = 0; values < asked;)
        {
            PageHeader page;
            int head;
            try
            {
                page = Read(at, out head);
                if (++_pages > _length / ShortestPage)
                {
                    throw new FormatException("its columns lie over each other");
                }

                if (page.Kind == PageKind.Dictionary && hasDictionary && values < pages.Values)
                {
                    throw new FormatException("a column has two dictionaries in a row group");
                }
            }
            catch (Exception error) when (error is FormatException or EndOfStreamException)
            {
                if (values >= pages.Values)
                {
                    return;
                }

                throw Damaged(pages, at, error is FormatException ? error.Message : "the file ends before it");
            }

            hasDictionary |= page.Kind == PageKind.Dictionary;
            if (page.Kind != PageKind.Dictionary)
            {
                CheckEncoding(pages, page.Encoding);
                values += page.Values;
            }

            at += head + (long)page.Bytes;
        }
    }

    private PageHeader Read(long at, out int head)
    {
        if (at < 4 || at >= _length)
        {
            throw new EndOfStreamException();
        }

        for (int wanted = 64; ; wanted = _buffered * 4)
        {
            if (at < _bufferStart || at + Math.Min(wanted, _length - at) > _bufferStart + _buffered)
            {
                Fill(at, wanted);
            }

            try
            {
                PageHeader page = PageHeader.Read(_buffer.AsSpan((int)(at - _bufferStart).._buffered), out head);
                return at + head + page.Bytes <= _length
                    ? page
                    : throw new FormatException("a page goes on after the end of the file");
            }
            catch (EndOfStreamException) when (_buffered == _buffer.Length && _buffered < LongestHead)
            {
                // The head is longer than what was read of it. A buffer that is not full ends where the file ends now.
            }
        }
    }

    private void Fill(long at, int wanted)
    {
        if (wanted > _buffer.Length)
        {
            _buffer = new byte[wanted];
        }

        _bufferStart = at;
        for (_buffered = 0; _buffered < _buffer.Length;)
        {
            int read = RandomAccess.Read(_file, _buffer.AsSpan(_buffered), at + _buffered);
            if (read == 0)
            {
                break;
            }

            _buffered += read;
        }
    }

    private void CheckEncoding(ColumnPages pages, int encoding)
    {
        if (encoding is DeltaLengthByteArray or DeltaByteArray)
        {
            string name = encoding == DeltaLengthByteArray ? "DELTA_LENGTH_BYTE_ARRAY" : "DELTA_BYTE_ARRAY";
            throw RecordError.In(
                _path, $"column {Name(pages)} has pages of the encoding {name}, expected PLAIN or a dictionary: DuckDB, which reads "
                    + "the file, ends the whole program where such a page is damaged",
                "write the file again with the defaults of pandas (df.to_parquet), pyarrow or polars");
        }
    }

    private InvalidDataException Damaged(ColumnPages pages, long at, string problem) => RecordError.In(
        _path, $"cannot be read as Parquet (column {Name(pages)}, at byte {at}: {problem}), expected a whole and sound file",
        "copy or write the file again");

    private string Name(ColumnPages pages) => RecordError.Quote(_footer.Columns[pages.Column]);
}
