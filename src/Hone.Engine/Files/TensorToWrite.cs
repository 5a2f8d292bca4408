namespace Hone.Engine.Files;

/// <summary>Hands out consecutive elements of a tensor, in row-major order.</summary>
/// <param name="offset">First element asked for.</param>
/// <param name="count">How many; the span must have this length.</param>
public delegate ReadOnlySpan<float> TensorElements(long offset, int count);

/// <summary>A tensor for <see cref="SafetensorsWriter"/>.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="DataType">Type on disk: F32, F16 or BF16.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Elements">Source of the values; called with rising offsets, a block at a time.</param>
public sealed record TensorToWrite(
    string Name, TensorDataType DataType, IReadOnlyList<long> Shape, TensorElements Elements)
{
    /// <summary>A tensor whose values already lie in memory.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="dataType">Type on disk: F32, F16 or BF16.</param>
    /// <param name="shape">Extents, outermost first; their product is the number of values.</param>
    /// <param name="values">The values in row-major order; not copied.</param>
    /// <exception cref="ArgumentException">The shape does not have that many elements.</exception>
    public static TensorToWrite FromMemory(
        string name, TensorDataType dataType, IReadOnlyList<long> shape, ReadOnlyMemory<float> values)
    {
        var tensor = new TensorToWrite(
            name, dataType, shape, (offset, count) => values.Span.Slice(checked((int)offset), count));
        return tensor.ElementCount == values.Length
            ? tensor
            : throw new ArgumentException(
                $"Shape of {tensor.ElementCount} elements, but {values.Length} values.", nameof(shape));
    }

    internal long ElementCount => Shape.Aggregate(1L, (product, extent) => checked(product * extent));

    internal long ByteCount => checked(ElementCount * ElementSize);

    internal int ElementSize => DataType switch
    {
        TensorDataType.F32 => 4,
        TensorDataType.F16 or TensorDataType.BF16 => 2,
        _ => throw new ArgumentException($"Tensor '{Name}' cannot be written as {DataType}; use F32, F16 or BF16."),
    };
}
