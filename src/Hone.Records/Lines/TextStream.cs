namespace Hone.Records.Lines;

/// <summary>Opens text files, plain or gzip (told by their content), and turns I/O failures into messages.</summary>
internal static class TextStream
{
    /// <summary>Opens a file behind its byte order mark, if it has one.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a folder, cannot be opened, or is no text in UTF-8.</exception>
    internal static Stream Open(string path)
    {
        FileStream file = OpenFile(path);
        try
        {
            Span<byte> head = stackalloc byte[4];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            {
                file.Position = 0;
                return new BoundedGzip(file);
            }

            CheckHead(path, head);
            file.Position = head.StartsWith("\uFEFF"u8) ? 3 : 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read on.</exception>
    internal static int Read(Stream stream, Span<byte> buffer, string path)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw RecordError.In(path, $"the file cannot be read on ({RecordError.Quote(error.Message)}), "
                + "expected a whole plain or gzip file", "it may have been cut while it was written or copied");
        }
    }

    /// <summary>Refuses what is no text in UTF-8 by its first bytes.</summary>
    internal static void CheckHead(string path, ReadOnlySpan<byte> head)
    {
        if (head.Length > 1 && head[0] + head[1] == 0xff + 0xfe)
        {
            throw RecordError.In(path, "the text is UTF-16, expected UTF-8", $"iconv -f UTF-16 -t UTF-8 {path}");
        }

        if (head.StartsWith("PAR1"u8))
        {
            throw RecordError.In(path, "is a Parquet file, expected JSON Lines", "give it the ending .parquet, so that it is read as such");
        }
    }

    /// <summary>Opens a file that a writer may still hold.</summary>
    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw RecordError.In(path, "is a folder, expected a file", "name a .jsonl or .jsonl.gz file in it");
        }

        if (!File.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        try
        {
            // A buffer of 1 byte turns off the stream's own; readers have one.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(
                path, $"cannot be opened ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }
}
