namespace Hone.Records;

/// <summary>Writes files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file under a temporary name in the same folder, flushes it to the disk and renames it. When anything
    /// fails the temporary file is deleted, and a file that was there before is left as it was. Missing folders are
    /// made.
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="write">Writes the content; it need not flush or close the stream.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        WriteNamed(path, temporary =>
        {
            try
            {
                using FileStream stream = Open(path, temporary);
                write(stream);
                DiskSync.File(stream, path);
            }
            catch (Exception error) when (FreeSpace.RanOut(error))
            {
                throw RecordError.NotWritable(path, error);
            }
        });
    }

    /// <summary>Writes text as UTF-8 without a byte order mark, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="text">The whole content.</param>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a file of this name is one that is being written, or that a killed program left.</summary>
    internal static bool IsTemporary(string name) =>
        name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal);

    /// <summary>As <see cref="Write"/>, for what makes the file of that name itself; it is to be on the disk after.</summary>
    internal static void WriteNamed(string path, Action<string> make)
    {
        string whole = Path.GetFullPath(path);
        if (Directory.Exists(whole))
        {
            throw RecordError.In(path, "is a folder, expected a file to write", "name a file in it");
        }

        // A rename is atomic only within one file system, so the temporary file must be a sibling. Its ending is not
        // one that readers look for.
        string temporary = Path.Combine(Folder(path, whole), $".{Path.GetFileName(whole)}.{Guid.NewGuid():N}.tmp");
        try
        {
            make(temporary);
            File.Move(temporary, whole, overwrite: true);
            DiskSync.Folder(Path.GetDirectoryName(whole)!);
        }
        catch
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw;
        }
    }

    private static string Folder(string path, string whole)
    {
        try
        {
            return Directory.CreateDirectory(Path.GetDirectoryName(whole)!).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.NotWritable(path, error);
        }
    }

    private static FileStream Open(string path, string temporary)
    {
        try
        {
            return new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception error) when (error is UnauthorizedAccessException || (error is IOException && !FreeSpace.RanOut(error)))
        {
            throw RecordError.NotWritable(path, error);
        }
    }
}
