namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// The products of attention, cut so that tiles of queries meet only keys that at least one of them may see. A chain left
/// out has masked elements only, and so is zero or not read: cutting changes no bits.
/// </summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    // Keys whose values and probabilities stay in the first-level cache while a block of queries passes over them.
    private const int StretchKeys = 256;

    /// <summary>
    /// Keys in front of all that a block of queries sees, the first of which sees <paramref name="seen"/> without a window:
    /// whole blocks, and an even number of them, so that a row's vectors fall to the same chains of
    /// <see cref="Rows.SoftmaxGradientRows"/> wherever its block begins. Left out, they change no bits: their probabilities
    /// are zeros at the beginning of every chain.
    /// </summary>
    private static int KeysBeforeWindow(int seen, int window) =>
        window == 0 ? 0 : Math.Max(0, seen - window) / (2 * Block) * (2 * Block);

    /// <summary>
    /// Probabilities in place of the scores of <paramref name="rows"/> queries, row r seeing the last
    /// <paramref name="window"/> (0: all) of <paramref name="lengths"/>[r] keys; zeros in front of them, and behind them to
    /// <paramref name="end"/>.
    /// </summary>
    private static void WindowSoftmax(
        float* scores, long scoreRow, int rows, int* lengths, int window, int end, float scale)
    {
        if (window == 0)
        {
            Rows.SoftmaxRows<TLanes>(scores, scoreRow, rows, lengths, end, scale);
            return;
        }

        int* starts = stackalloc int[rows];
        for (int r = 0; r < rows; r++)
        {
            starts[r] = Math.Max(0, lengths[r] - window);
        }

        WindowRows.SoftmaxRows<TLanes>(scores, scoreRow, rows, starts, lengths, end, scale);
    }

    /// <summary>
    /// Scores of <paramref name="rows"/> queries, row r seeing <paramref name="seen"/> + r keys, in whole blocks of keys.
    /// What a tile of queries does not see is left as it was.
    /// </summary>
    private static void CausalScores(
        float* q, long qRow, int rows, float* keys, int seen, int D, float* scores, long scoreRow)
    {
        int blocks = Blocks(seen + rows - 1, Block);
        for (int block = 0; block < blocks; block++)
        {
            int first = Math.Max(0, (block * Block) + 1 - seen) / TTile.MaxRows * TTile.MaxRows;
            TTile.Multiply(
                q + (first * qRow), qRow, 1, keys + ((long)block * D * Block), D,
                scores + (first * scoreRow) + (block * Block), scoreRow, rows - first, false);
        }
    }

    /// <summary>
    /// out (rows, D) = probabilities (rows, keys) times values in panels of (keys, 16); row r sees <paramref name="seen"/> + r
    /// keys, and its probabilities are zero past them.
    /// </summary>
    private static void CausalMix(
        float* probabilities, long row, int rows, float* panels, long panelStride, int seen, int D, float* output,
        long outputRow)
    {
        if (D % Block != 0)
        {
            Mix(probabilities, row, 1, rows, panels, panelStride, seen + rows - 1, D, output, outputRow, accumulate: false);
            return;
        }

        for (int key = 0; key < seen + rows - 1; key += StretchKeys)
        {
            for (int d = 0; d < D; d += Block)
            {
                float* panel = panels + (d / Block * panelStride) + ((long)key * Block);
                for (int r = 0; r < rows; r += TTile.MaxRows)
                {
                    int height = Math.Min(TTile.MaxRows, rows - r);
                    int keys = Math.Min(StretchKeys, seen + r + height - 1 - key);
                    if (keys > 0)
                    {
                        TTile.Multiply(
                            probabilities + (r * row) + key, row, 1, panel, keys, output + (r * outputRow) + d, outputRow,
                            height, key > 0);
                    }
                }
            }
        }
    }

    /// <summary>
    /// out (keys, D) += weights^T (keys, rows) times rows in panels of (rows, 16); row r has weights for its
    /// <paramref name="seen"/> + r keys, and zeros past them.
    /// </summary>
    private static void CausalGather(
        float* weights, long row, int rows, float* panels, long panelStride, int seen, int D, float* output, long outputRow)
    {
        int keys = seen + rows - 1;
        int common = D % Block != 0 ? keys : seen / TTile.MaxRows * TTile.MaxRows;
        Mix(weights, 1, row, common, panels, panelStride, rows, D, output, outputRow, accumulate: true);
        for (int key = common; key < keys; key += TTile.MaxRows)
        {
            // The first row that sees the first of these keys.
            int first = Math.Max(0, key + 1 - seen);
            int height = Math.Min(TTile.MaxRows, keys - key);
            for (int d = 0; d < D; d += Block)
            {
                TTile.Multiply(
                    weights + key + (first * row), 1, row, panels + (d / Block * panelStride) + (first * Block), rows - first,
                    output + (key * outputRow) + d, outputRow, height, true);
            }
        }
    }

    /// <summary>out (rows, D) = or += probabilities (rows, keys) times values in panels of (keys, 16).</summary>
    private static void Mix(
        float* probabilities, long row, long step, int rows, float* panels, long panelStride, int keys, int D, float* output,
        long outputRow, bool accumulate)
    {
        float* edge = stackalloc float[QueriesPerBlock * Block];
        for (int d = 0; d < D; d += Block)
        {
            float* panel = panels + (d / Block * panelStride);
            int columns = Math.Min(Block, D - d);
            if (columns == Block)
            {
                TTile.Multiply(probabilities, row, step, panel, keys, output + d, outputRow, rows, accumulate);
                continue;
            }

            for (int first = 0; first < rows; first += QueriesPerBlock)
            {
                int count = Math.Min(QueriesPerBlock, rows - first);
                CopyRows(output + d + (first * outputRow), outputRow, edge, Block, count, accumulate ? columns : 0);
                TTile.Multiply(probabilities + (first * row), row, step, panel, keys, edge, Block, count, accumulate);
                CopyRows(edge, Block, output + d + (first * outputRow), outputRow, count, columns);
            }
        }
    }
}
