using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hone.Records;

/// <summary>Puts the names in a folder on the disk: a renamed file survives a loss of power only with them.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    // Network and user-space file systems may have no such thing for folders.
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    /// <summary>Returns once the folder's entries are on the disk; on Windows, where there is no such call, at once.</summary>
    /// <exception cref="IOException">The system cannot write them.</exception>
    internal static void Flush(string folder)
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
            if (Sync(handle) != 0 && Marshal.GetLastPInvokeError() is not (InvalidArgument or NotSupported) and var error)
            {
                throw Failed(folder, error);
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failed(string folder, int error) =>
        new($"{folder}: cannot be written to the disk ({new Win32Exception(error).Message}). Hint: check the disk and its free space.", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
