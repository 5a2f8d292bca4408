using System.Runtime.CompilerServices;

namespace Hone.Engine.Memory;

/// <summary>A view of 32-bit floats in an <see cref="Arena"/>: a pointer and a length. Its shape stands where it is used.</summary>
public readonly unsafe struct Tensor
{
    internal readonly float* Pointer;

    internal Tensor(float* pointer, long length)
    {
        Pointer = pointer;
        Length = length;
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether there is nothing to see: an absent bias, say.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The elements as a span. Throws <see cref="OverflowException"/> above 2^31-1 of them.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <summary>The <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tensor Slice(long start, long length)
    {
        if ((ulong)start > (ulong)Length || (ulong)length > (ulong)(Length - start))
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"[{start}, {start + length}) leaves a tensor of {Length}.");
        }

        return new Tensor(Pointer + start, length);
    }

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => NativeFill(Pointer, Length);

    private static void NativeFill(float* pointer, long length)
    {
        for (long done = 0; done < length;)
        {
            int part = (int)Math.Min(length - done, 1 << 28);
            new Span<float>(pointer + done, part).Clear();
            done += part;
        }
    }
}
