using System.Runtime.InteropServices;

namespace Hone.Records;

/// <summary>Tells files from what only looks like one: opening a pipe that nobody writes to waits for ever.</summary>
public static partial class RegularFile
{
    private const int FromHere = -100;
    private const uint TypeWanted = 1;

    // struct statx is the same on every processor: 256 bytes, the mode at byte 28.
    private const int StatusBytes = 256;
    private const int ModePlace = 28;
    private const int TypeBits = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path, once links are followed, is a file with a content of its own: no folder, pipe, socket or device, and
    /// not nothing.</summary>
    /// <param name="path">Any path.</param>
    /// <remarks>Where the system has no statx (it is Linux's), whatever is there and is no folder counts.</remarks>
    public static bool Is(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            Span<byte> status = stackalloc byte[StatusBytes];
            return Status(FromHere, path, 0, TypeWanted, status) == 0
                && (MemoryMarshal.Read<ushort>(status[ModePlace..]) & TypeBits) == Regular;
        }
        catch (EntryPointNotFoundException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);
}
