namespace Hone.Engine.Files;

/// <summary>One entry of a safetensors header.</summary>
/// <param name="Name">Name of the tensor, such as `model.norm.weight`.</param>
/// <param name="DataType">How the elements lie on disk.</param>
/// <param name="TypeName">The type as the file writes it, such as `BF16` or `I64`.</param>
/// <param name="Shape">Extents, outermost first; empty for a single number.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte, counted from the end of the header.</param>
public sealed record TensorInfo(
    string Name, TensorDataType DataType, string TypeName, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Product of the extents.</summary>
    public long ElementCount { get; } = Shape.Aggregate(1L, (product, extent) => checked(product * extent));

    /// <summary>The shape as people write it: `(512, 64)`.</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";
}
