using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hone.Engine.Files;

/// <summary>Puts what was written on the disk, and says where that fails.</summary>
internal static partial class DiskSync
{
    // Network and user-space file systems may have no such thing.
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
        int error;
        do
        {
            error = !OperatingSystem.IsLinux() || Sync((int)stream.SafeFileHandle.DangerousGetHandle()) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        if (error is not (0 or InvalidArgument or NotSupported))
        {
            throw new IOException(
                $"{path}: cannot be written to the disk ({new Win32Exception(error).Message}). Hint: check the disk and its free space.", error);
        }

        GC.KeepAlive(stream);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);
}
