namespace Hone.Engine.Memory;

/// <summary>An array that is reused from call to call and only ever grows, so that a warm step allocates nothing.</summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed class GrowingArray<T>
{
    private T[] _items = [];

    /// <summary><paramref name="length"/> elements of unspecified content; an earlier answer is void.</summary>
    public Span<T> Take(int length)
    {
        if (_items.Length < length)
        {
            _items = new T[length + (length / 4)];
        }

        return _items.AsSpan(0, length);
    }
}
