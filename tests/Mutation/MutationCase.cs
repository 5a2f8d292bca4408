namespace Hone.Mutation;

/// <summary>A damaged file.</summary>
/// <param name="Kind">What was done: "cut", "bit", "nested [".</param>
/// <param name="At">The first byte that it was done to.</param>
/// <param name="Bytes">The file.</param>
internal sealed record MutationCase(string Kind, int At, byte[] Bytes);
