using System.Runtime.InteropServices;

namespace Hone.Engine.Memory;

/// <summary>What Linux is told about stretches of memory. Advice only: refused or on another system, nothing is lost.</summary>
internal static unsafe partial class MemoryAdvice
{
    // Of sys/mman.h.
    private const int DoNotNeed = 4;
    private const int HugePage = 14;

    /// <summary>Asks for pages of 2 MiB under whole pages of that size.</summary>
    public static void UseHugePages(void* start, nuint bytes) => Give(start, bytes, HugePage);

    /// <summary>
    /// Drops the pages of a mapped file that hold these bytes; they are read again where they are still wanted. Never for
    /// memory that is no file's: its content would be lost.
    /// </summary>
    public static void Drop(void* start, nuint bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint before = (nuint)start % page;
        Give((byte*)start - before, bytes + before, DoNotNeed);
    }

    private static void Give(void* start, nuint bytes, int advice)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, bytes, advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
