namespace Hone.Engine.Kernels;

/// <summary>Reads consecutive values of one row of a matrix; called by several threads at once.</summary>
/// <param name="row">The row.</param>
/// <param name="column">First column wanted.</param>
/// <param name="values">Its length says how many; overwritten.</param>
public delegate void MatrixValues(int row, int column, Span<float> values);
