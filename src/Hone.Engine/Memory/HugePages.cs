namespace Hone.Engine.Memory;

/// <summary>
/// Asks Linux for pages of 2 MiB under large blocks: a product walks down columns, and with pages of 4 KiB it would look a
/// new one up at almost every row.
/// </summary>
internal static unsafe class HugePages
{
    private const nuint PageBytes = 2 << 20;
    private const nuint CacheLine = 64;

    /// <summary>Where a block of this size should start: at a huge page if it holds several, else at a cache line.</summary>
    public static nuint Alignment(nuint bytes) => bytes >= 2 * PageBytes && OperatingSystem.IsLinux() ? PageBytes : CacheLine;

    /// <summary>Advice only: a kernel without huge pages refuses it, and nothing is lost.</summary>
    public static void Advise(void* block, nuint bytes)
    {
        if (Alignment(bytes) == PageBytes)
        {
            MemoryAdvice.UseHugePages(block, bytes / PageBytes * PageBytes);
        }
    }
}
