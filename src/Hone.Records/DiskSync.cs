using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hone.Records;

/// <summary>Puts what was written on the disk, and says where that fails.</summary>
internal static partial class DiskSync
{
    private const int ReadOnly = 0;

    // Network and user-space file systems may have no such thing, for folders above all.
    private const int InvalidArgument = 22;
    private const int Interrupted = 4;
    private const int NotSupported = 95;

    /// <summary>Returns once the file's content is on the disk. The runtime's own call is silent on Linux when the disk refuses what it
    /// had taken before, and the content is lost then.</summary>
    /// <param name="stream">The file, open to write.</param>
    /// <param name="path">Its name in the error.</param>
    /// <exception cref="IOException">The system cannot write it.</exception>
    internal static void File(FileStream stream, string path)
    {
        stream.Flush(flushToDisk: !OperatingSystem.IsLinux());
        if (OperatingSystem.IsLinux())
        {
            Sync((int)stream.SafeFileHandle.DangerousGetHandle(), path);
            GC.KeepAlive(stream);
        }
    }

    /// <summary>Returns once the folder's entries are on the disk, for a renamed file survives a loss of power only with them; on
    /// Windows, where there is no such call, at once.</summary>
    /// <exception cref="IOException">The system cannot write them.</exception>
    internal static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw Failed(folder, Marshal.GetLastPInvokeError());
        }

        try
        {
            Sync(handle, folder);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static void Sync(int handle, string path)
    {
        int error;
        do
        {
            error = Sync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        if (error is not (0 or InvalidArgument or NotSupported))
        {
            throw Failed(path, error);
        }
    }

    private static IOException Failed(string path, int error) =>
        new($"{path}: cannot be written to the disk ({new Win32Exception(error).Message}). Hint: check the disk and its free space.", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
