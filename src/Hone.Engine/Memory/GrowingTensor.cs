namespace Hone.Engine.Memory;

/// <summary>Scratch that is reused from call to call and only ever grows, so that a warm step allocates nothing.</summary>
public sealed class GrowingTensor : IDisposable
{
    private Arena? _arena;
    private Tensor _tensor;

    /// <summary>At least <paramref name="length"/> floats of unspecified content; an earlier answer is void after a call that grows.</summary>
    public Tensor Take(long length)
    {
        if (_arena is null || _arena.Capacity < length)
        {
            _arena?.Dispose();
            _arena = new Arena(length + (length / 4));
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
}
