using System.Runtime.InteropServices;

namespace Hone.Engine.Memory;

/// <summary>
/// One 64-byte-aligned block of floats outside the garbage collector's heap, cut into tensors that start on cache lines.
/// </summary>
public sealed unsafe class Arena : IDisposable
{
    private const int FloatsPerLine = 64 / sizeof(float);
    private static long _reserved;
    private static long _mostReserved;
    private float* _memory;
    private long _used;

    /// <summary>Reserves room for <paramref name="capacity"/> floats, tensors' padding included.</summary>
    /// <param name="capacity">Room in floats.</param>
    /// <param name="zeroed">
    /// Whether the room is zeros. Without, its content is unspecified, and a large block takes no memory until it is written.
    /// </param>
    /// <exception cref="OutOfMemoryException">The machine has no such block.</exception>
    public Arena(long capacity, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Capacity = RoundUp(Math.Max(1, capacity));
        nuint bytes = checked((nuint)Capacity * sizeof(float));
        _memory = (float*)NativeMemory.AlignedAlloc(bytes, HugePages.Alignment(bytes));
        HugePages.Advise(_memory, bytes);
        if (zeroed)
        {
            new Tensor(_memory, Capacity).Clear();
        }

        GC.AddMemoryPressure(Capacity * sizeof(float));
        CountMost(Interlocked.Add(ref _reserved, Capacity * sizeof(float)));
    }

    /// <summary>Frees the block where its owner did not.</summary>
    ~Arena() => Free();

    /// <summary>Bytes that all arenas of the process have now.</summary>
    public static long ReservedBytes => Interlocked.Read(ref _reserved);

    /// <summary>The most that <see cref="ReservedBytes"/> has been since the start or the last <see cref="ForgetMost"/>.</summary>
    public static long MostReservedBytes => Interlocked.Read(ref _mostReserved);

    /// <summary>Room in floats.</summary>
    public long Capacity { get; }

    /// <summary>The floats that a tensor of <paramref name="length"/> takes in an arena: whole cache lines.</summary>
    public static long RoundUp(long length) => (length + FloatsPerLine - 1) / FloatsPerLine * FloatsPerLine;

    /// <summary>Lets <see cref="MostReservedBytes"/> begin again from what is reserved now.</summary>
    public static void ForgetMost() => Interlocked.Exchange(ref _mostReserved, ReservedBytes);

    /// <summary>Cuts the next tensor of <paramref name="length"/> elements.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public Tensor Take(long length)
    {
        ObjectDisposedException.ThrowIf(_memory == null, this);
        long padded = RoundUp(length);
        if (padded > Capacity - _used)
        {
            throw new InvalidOperationException($"An arena of {Capacity} floats has no room for {length} beside {_used}.");
        }

        var tensor = new Tensor(_memory + _used, length);
        _used += padded;
        return tensor;
    }

    /// <summary>Gives all tensors back at once; their memory will be handed out again.</summary>
    public void Reset() => _used = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory != null)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            GC.RemoveMemoryPressure(Capacity * sizeof(float));
            Interlocked.Add(ref _reserved, -Capacity * sizeof(float));
        }
    }

    private static void CountMost(long reserved)
    {
        long most = MostReservedBytes;
        while (reserved > most)
        {
            long seen = Interlocked.CompareExchange(ref _mostReserved, reserved, most);
            most = seen == most ? reserved : seen;
        }
    }
}
