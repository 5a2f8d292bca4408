namespace Hone.Engine.Memory;

/// <summary>Scratch that is reused from call to call and only ever grows, so that a warm step allocates nothing.</summary>
public sealed class GrowingTensor : IDisposable
{
    private Arena? _arena;
    private Tensor _tensor;

    /// <summary>Bytes that it holds now.</summary>
    public long Bytes => _arena is null ? 0 : _arena.Capacity * sizeof(float);

    /// <summary>The most bytes that it can come to hold if no <see cref="Take"/> asks for more than <paramref name="length"/>.</summary>
    public static long MostBytes(long length) => sizeof(float) * Arena.RoundUp(Grown(length));

    /// <summary>At least <paramref name="length"/> floats of unspecified content; an earlier answer is void after a call that grows.</summary>
    public Tensor Take(long length)
    {
        if (_arena is null || _arena.Capacity < length)
        {
            _arena?.Dispose();
            _arena = new Arena(Grown(length));
            _tensor = _arena.Take(_arena.Capacity);
        }

        return _tensor.Slice(0, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _arena?.Dispose();
        _arena = null;
    }

    private static long Grown(long length) => length + (length / 4);
}
