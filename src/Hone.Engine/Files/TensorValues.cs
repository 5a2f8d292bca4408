namespace Hone.Engine.Files;

/// <summary>Reads consecutive values of one tensor, in row-major order; may be called by several threads at once.</summary>
/// <param name="offset">First element wanted.</param>
/// <param name="values">Its length says how many; overwritten.</param>
public delegate void TensorValues(long offset, Span<float> values);
