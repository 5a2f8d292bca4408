namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// The inner product loop of every matrix product: C[rows, 16] = A[rows, K] B[K, 16], optionally on top of what C holds.
/// Each element of C is one chain of fused multiply-adds in the order of k, in every implementation, so a product has the
/// same bits on every path, for any number of rows, and whether k runs in one call or is continued over several.
/// </summary>
internal unsafe interface ITile
{
    /// <summary>Columns of a panel: one cache line of floats, so that the packed layout is the same on every processor.</summary>
    const int Columns = 16;

    /// <summary>Rows that keep the registers full; callers cut their rows into multiples of it.</summary>
    static abstract int MaxRows { get; }

    /// <summary>Multiplies <paramref name="rows"/> rows with one panel.</summary>
    /// <param name="a">First element; element (r, k) stands at r*aRow + k*aK.</param>
    /// <param name="aRow">Distance of rows of A in floats.</param>
    /// <param name="aK">Distance of steps of k in A in floats.</param>
    /// <param name="panel">(K, 16) contiguous.</param>
    /// <param name="K">Products per element.</param>
    /// <param name="c">(rows, 16) at distance <paramref name="cRow"/>.</param>
    /// <param name="cRow">Distance of rows of C in floats.</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="accumulate">Whether the chains start from C instead of zero.</param>
    static abstract void Multiply(
        float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, int rows, bool accumulate);

    /// <summary>Whether two panels at a time are faster than one after the other.</summary>
    static virtual bool Pairs => false;

    /// <summary>As <see cref="Multiply"/> with two panels, whose products stand side by side: C is (rows, 32).</summary>
    static virtual void MultiplyPair(
        float* a, long aRow, long aK, float* left, float* right, int K, float* c, long cRow, int rows, bool accumulate) =>
        throw new NotSupportedException("These tiles take one panel at a time.");
}
