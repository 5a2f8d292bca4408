namespace Hone.Engine.Kernels.Cpu;

/// <summary>The softmax of rows that begin behind their first element, as those of a sliding window do.</summary>
internal static unsafe class WindowRows
{
    /// <summary>
    /// As <see cref="Rows.SoftmaxRows"/>, with zeros in front of each row's start too. A row runs from the vector in which it
    /// starts, so its result depends on its start and length alone; the hidden lanes of that vector add less than 2e-37 to a
    /// sum of at least 1, wherever the row stands.
    /// </summary>
    public static void SoftmaxRows<TLanes>(
        float* a, long stride, int rows, int* starts, int* lengths, int end, float scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = TLanes.Count;
        int* rest = stackalloc int[rows];
        for (int r = 0; r < rows;)
        {
            // Rows that start in the same vector go together.
            int first = starts[r] / n * n, count = 0;
            for (; r + count < rows && starts[r + count] / n * n == first; count++)
            {
                float* row = a + ((r + count) * stride);
                new Span<float>(row + first, starts[r + count] - first).Fill(float.NegativeInfinity);
                rest[count] = lengths[r + count] - first;
            }

            Rows.SoftmaxRows<TLanes>(a + (r * stride) + first, stride, count, rest, end - first, scale);
            r += count;
        }

        for (int r = 0; r < rows; r++)
        {
            new Span<float>(a + (r * stride), starts[r]).Clear();
        }
    }
}
