namespace Hone.Engine.Files;

/// <summary>Writes files that appear whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes beside <paramref name="path"/> under a temporary name, flushes to the disk and renames over it. A reader
    /// sees the old file or the new one; a failure leaves the old one and removes the temporary.
    /// </summary>
    internal static void Write(string path, Action<FileStream> write)
    {
        // Same folder, because a rename is atomic only within one file system.
        string temporary = $"{path}.tmp-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                DiskSync.File(stream, path);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException error) when (error.Source == typeof(FileStream).Assembly.GetName().Name)
        {
            // What the runtime makes of EFBIG, without the file's name.
            throw new IOException(
                $"{path}: the file is too large for the file system. Hint: choose a folder on another disk.", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
