using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hone.Records.Pickles;

/// <summary>
/// The memory that the values of one file may take. A pickle names its contents in as little as a byte each, so a small
/// file could fill any memory; real logs take a few times their size.
/// </summary>
internal sealed class PickleBudget
{
    /// <summary>Bytes of one <see cref="PickleValue"/>.</summary>
    internal const int Slot = 16;

    /// <summary>Bytes of a container or tensor without its contents, at least.</summary>
    internal const int Container = 64;

    private const long Base = 64L << 20;
    private const long PerByte = 32;

    private readonly long _limit;
    private long _used;

    internal PickleBudget(long fileBytes)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        _limit = Math.Min(available, fileBytes > (long.MaxValue - Base) / PerByte ? available : Base + (PerByte * fileBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Charge(long bytes)
    {
        _used += bytes;
        if (_used > _limit || bytes > _limit)
        {
            Refuse();
        }
    }

    /// <summary>Makes room for <paramref name="needed"/> items in an array that holds <paramref name="held"/>.</summary>
    internal static void Grow<T>([NotNull] ref T[]? array, int held, int needed, PickleBudget budget)
    {
        int length = array?.Length ?? 0;
        if (array is not null && needed <= length)
        {
            return;
        }

        // The first room is exact: most lists come in one piece.
        int wanted = length == 0 ? needed : (int)Math.Min(Array.MaxLength, Math.Max(needed, length + (length / 2L) + 4));
        budget.Charge((long)Unsafe.SizeOf<T>() * (wanted - length));
        var larger = new T[wanted];
        array.AsSpan(0, held).CopyTo(larger);
        array = larger;
    }

    private void Refuse() => throw new PickleException(
        $"needs more than {_limit >> 20} MB of memory for its values, far more than a log of its size",
        "check where the file comes from; a log that is really so large needs more memory");
}
