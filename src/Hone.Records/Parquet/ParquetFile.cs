using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>Parquet files, read and written through DuckDB's library (<see cref="ParquetLibrary"/>).</summary>
public static class ParquetFile
{
    // Magic, an empty footer's length, magic.
    private const int LeastBytes = 12;

    // As pandas and Hugging Face's data sets write it.
    private const string Format = "FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false";

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    /// <summary>Whether a file is Parquet, told by its content; needs no library.</summary>
    /// <param name="path">A file; what is none, or no regular one, is not Parquet either.</param>
    /// <exception cref="InvalidDataException">The file is cut off or encrypted, or cannot be opened.</exception>
    public static bool IsParquet(string path)
    {
        // A pipe has no length, and must not lose its first bytes here; a link to one can be told only when it is open.
        var found = new FileInfo(path);
        if (!found.Exists || (found.LinkTarget is null && found.Length < Magic.Length))
        {
            return false;
        }

        Span<byte> ends = stackalloc byte[8];
        long length;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (!file.CanSeek || file.Length < Magic.Length)
            {
                return false;
            }

            file.ReadExactly(ends[..4]);
            if (!ends.StartsWith(Magic) && !ends.StartsWith(EncryptedMagic))
            {
                return false;
            }

            length = file.Length;
            file.Seek(-4, SeekOrigin.End);
            file.ReadExactly(ends[4..]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be opened ({RecordError.Quote(error.Message)})", "check its permissions");
        }

        if (ends.EndsWith(EncryptedMagic))
        {
            throw RecordError.In(path, "is an encrypted Parquet file, expected a plain one", "decrypt it where it was written");
        }

        return ends.StartsWith(Magic) && ends.EndsWith(Magic) && length >= LeastBytes
            ? true
            : throw RecordError.In(path, $"is a Parquet file that is cut off after {length} bytes, expected PAR1 at its end",
                "it was cut while it was written or copied; copy it again");
    }

    /// <summary>
    /// The rows of a file in its order, each as one strict JSON object in UTF-8, read as they are asked for. A number that
    /// is none is the text NaN, Infinity or -Infinity, as <see cref="JsonLineReader.Json"/> has it.
    /// </summary>
    /// <param name="path">A Parquet file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no sound Parquet file, or DuckDB's library is absent.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadRows(string path)
    {
        using ParquetRowReader reader = ParquetRowReader.Open(path);
        while (reader.Read())
        {
            yield return reader.Json.ToArray();
        }
    }

    /// <summary>
    /// Writes JSON objects as a Parquet file, whole or not at all. A field's type is the one that all rows fit: text stays
    /// text whatever it looks like, whole numbers are BIGINT and with others DOUBLE, objects are structs, arrays are lists;
    /// what is null or empty in every row is text. A row that lacks a field has null there.
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">
    /// Objects in UTF-8, at least one; a bare NaN or Infinity, or such a text among numbers, is that number.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A row is no JSON object, a field holds different kinds of value, a whole number does not fit 64 bits, no row has a
    /// field, or DuckDB's library is absent.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RowShape shape = RowShape.Of(path, rows);
        WriteFile(path, (session, temporary) =>
        {
            session.Run($"CREATE TABLE rows ({shape.SqlColumns})");
            using (var appender = new Appender(session, "rows"))
            {
                RowWriter.Append(appender, shape, rows);
                appender.Finish();
            }

            session.Run($"COPY rows TO {Sql.Text(temporary)} ({Format})");
        });
    }

    /// <summary>
    /// Writes chosen rows of a Parquet file as another, whole or not at all, with every type as it was and columns added.
    /// Columns of the source whose names start with <c>hone_</c> are left out.
    /// </summary>
    /// <param name="source">A Parquet file.</param>
    /// <param name="rowNumbers">Its rows from 0, in the order they are to be written.</param>
    /// <param name="added">Columns to add, each with one value for each of the row numbers.</param>
    /// <param name="path">The file to make or replace; it may be the source.</param>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    /// <exception cref="InvalidDataException">The source is no sound Parquet file, or DuckDB's library is absent.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteSelected(
        string source, IReadOnlyList<long> rowNumbers, IReadOnlyList<AddedColumn> added, string path)
    {
        ArgumentNullException.ThrowIfNull(rowNumbers);
        ArgumentNullException.ThrowIfNull(added);
        AtomicFile.WriteNamed(path, temporary =>
        {
            using OpenedFile file = OpenedFile.Open(source, temporary);
            try
            {
                SelectedRows.Copy(file, rowNumbers, added, $"{Sql.Text(temporary)} ({Format})");
            }
            catch (DuckDbException error)
            {
                throw file.Unreadable(error);
            }
        });
    }

    private static void WriteFile(string path, Action<Session, string> write) => AtomicFile.WriteNamed(path, temporary =>
    {
        try
        {
            using Session session = Session.Open(temporary);
            write(session, temporary);
        }
        catch (DuckDbException error)
        {
            throw RecordError.NotWritable(path, error);
        }
    });
}
