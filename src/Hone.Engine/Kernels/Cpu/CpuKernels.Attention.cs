using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Attention as small matrix products on the tiles. Scores and mixtures are chains over d and over keys from 0 on, and the
/// softmax sums a row's own keys only, so a query's result is the same whether it stands in a block of queries or alone.
/// Masked probabilities are exact zeros, which leave a chain as it is.
/// </summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int Block = KeyValueCache.BlockTokens;
    private const int QueriesPerBlock = 24;

    public override void Attention(Tensor qkv, SequenceLayout layout, HeadShape shape, Tensor output)
    {
        Require(qkv, (long)layout.Tokens * shape.RowWidth, nameof(qkv));
        Require(output, (long)layout.Tokens * shape.Heads * shape.HeadSize, nameof(output));
        ReserveAttentionScratch(layout.LongestSequence, shape, backward: false);
        using var pin = new LayoutPin(layout);
        var job = new AttentionJob
        {
            Layout = pin, Qkv = qkv.Pointer, Output = output.Pointer, Shape = shape, Scratch = WorkerScratch,
            HeadsPerItem = KeyHeadsPerItem(layout, shape),
        };
        _workers.Run(ref job, layout.Families * shape.KeyValueHeads / job.HeadsPerItem);
    }

    // Where there are families enough for all threads, one takes all heads of a family: it then reads whole rows.
    private int KeyHeadsPerItem(SequenceLayout layout, HeadShape shape) =>
        layout.Families >= 8 * Threads ? shape.KeyValueHeads : 1;

    private void ReserveAttentionScratch(int longest, HeadShape shape, bool backward)
    {
        ReserveWorkerScratch(AttentionBuffers.Length(longest, shape.HeadSize, backward));
    }

    /// <summary>Scores of <paramref name="rows"/> queries against whole blocks of keys.</summary>
    private static void Scores(float* q, long qRow, int rows, float* keys, int blocks, int D, float* scores, long scoreRow)
    {
        for (int block = 0; block < blocks; block++)
        {
            TTile.Multiply(q, qRow, 1, keys + ((long)block * D * Block), D, scores + (block * Block), scoreRow, rows, false);
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

    private static void CopyRows(float* from, long fromRow, float* to, long toRow, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
        {
            new Span<float>(from + (r * fromRow), columns).CopyTo(new Span<float>(to + (r * toRow), columns));
        }
    }

    /// <summary>Writes x (D) as column <paramref name="token"/> of panels (blocks, D, 16).</summary>
    private static void StoreColumn(float* x, float* panels, int token, int D)
    {
        float* to = panels + ((long)(token / Block) * D * Block) + (token % Block);
        for (int d = 0; d < D; d++)
        {
            to[d * Block] = x[d];
        }
    }

    /// <summary>As <see cref="StoreColumn"/> for <paramref name="count"/> rows at distance <paramref name="stride"/>.</summary>
    private static void StoreColumns(float* x, long stride, int count, float* panels, int token, int D)
    {
        int i = 0;
        while (i < count)
        {
            if (count - i < 4 || (token + i) % 4 != 0 || D % 4 != 0)
            {
                StoreColumn(x + (i * stride), panels, token + i, D);
                i++;
                continue;
            }

            float* to = panels + ((long)((token + i) / Block) * D * Block) + ((token + i) % Block);
            float* from = x + (i * stride);
            for (int d = 0; d < D; d += 4)
            {
                Transpose4(from + d, stride, to + (d * Block), Block);
            }

            i += 4;
        }
    }

    /// <summary>Writes the 4 by 4 block at <paramref name="from"/> transposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* from, long fromRow, float* to, long toRow)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromRow);
        Vector128<float> c = Vector128.Load(from + (2 * fromRow)), d = Vector128.Load(from + (3 * fromRow));
        Vector128<float> abLow = Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1));
        Vector128<float> mask = Vector128.Create(0, -1, 0, -1).AsSingle();
        Vector128<float> ab0 = Vector128.ConditionalSelect(mask, Vector128.Shuffle(b, Vector128.Create(0, 0, 1, 1)), abLow);
        Vector128<float> ab1 = Vector128.ConditionalSelect(
            mask, Vector128.Shuffle(b, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3)));
        Vector128<float> cd0 = Vector128.ConditionalSelect(
            mask, Vector128.Shuffle(d, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(c, Vector128.Create(0, 0, 1, 1)));
        Vector128<float> cd1 = Vector128.ConditionalSelect(
            mask, Vector128.Shuffle(d, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(c, Vector128.Create(2, 2, 3, 3)));
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(to);
        Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(to + toRow);
        Vector128.Create(ab1.GetLower(), cd1.GetLower()).Store(to + (2 * toRow));
        Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).Store(to + (3 * toRow));
    }

    /// <summary>Writes x (D) as row <paramref name="token"/> of panels (D/16, rows, 16), zero past D.</summary>
    private static void StoreRow(float* x, float* panels, long panelStride, int token, int D)
    {
        for (int d = 0; d < D; d += Block)
        {
            var to = new Span<float>(panels + (d / Block * panelStride) + ((long)token * Block), Block);
            int columns = Math.Min(Block, D - d);
            new Span<float>(x + d, columns).CopyTo(to);
            to[columns..].Clear();
        }
    }

    /// <summary>Where one worker's panels lie: cut from its scratch for the longest sequence of the batch.</summary>
    private readonly struct AttentionBuffers
    {
        public readonly float* KeyColumns, ValueRows, Scores, KeyRows, ValueColumns, ScoreGradients, DKeys, DValues, DOutput, Queries;
        public readonly int Padded;
        public readonly int Columns;

        public AttentionBuffers(float* scratch, int longest, int D, bool backward)
        {
            Padded = Blocks(longest, Block) * Block;
            Columns = Blocks(D, Block) * Block;
            long keys = (long)Padded * D;
            long rows = (long)Padded * Columns;
            KeyColumns = scratch;
            ValueRows = KeyColumns + keys;
            Scores = ValueRows + rows;
            float* next = Scores + ((long)QueriesPerBlock * Padded);
            if (backward)
            {
                ScoreGradients = next;
                KeyRows = ScoreGradients + ((long)QueriesPerBlock * Padded);
                ValueColumns = KeyRows + rows;
                DKeys = ValueColumns + keys;
                DValues = DKeys + rows;
                DOutput = DValues + rows;
                Queries = DOutput + ((long)QueriesPerBlock * Columns);
            }
        }

        public static long Length(int longest, int D, bool backward)
        {
            long padded = Blocks(longest, Block) * Block;
            long columns = Blocks(D, Block) * Block;
            long forward = (padded * D) + (padded * columns) + (QueriesPerBlock * padded);
            long extra = (QueriesPerBlock * padded) + (3 * padded * columns) + (padded * D) + (2 * QueriesPerBlock * columns);
            return forward + (backward ? extra : 0);
        }
    }

    /// <summary>Lets a job hold the layout although jobs are plain structs that cross threads as pointers.</summary>
    private readonly struct LayoutPin(SequenceLayout layout) : IDisposable
    {
        private readonly System.Runtime.InteropServices.GCHandle _handle =
            System.Runtime.InteropServices.GCHandle.Alloc(layout);

        public SequenceLayout Value => (SequenceLayout)_handle.Target!;

        public void Dispose() => _handle.Free();
    }

    private struct AttentionJob : IParallelJob
    {
        public LayoutPin Layout;
        public float* Qkv, Output;
        public float** Scratch;
        public HeadShape Shape;
        public int HeadsPerItem;

        public void Execute(int item, int worker)
        {
            for (int i = 0; i < HeadsPerItem; i++)
            {
                int head = (item * HeadsPerItem) + i;
                Attend(head / Shape.KeyValueHeads, head % Shape.KeyValueHeads, Scratch[worker]);
            }
        }

        private void Attend(int family, int keyHead, float* scratch)
        {
            SequenceLayout layout = Layout.Value;
            int D = Shape.HeadSize;
            var buffers = new AttentionBuffers(scratch, layout.FamilyLongest(family), D, backward: false);
            foreach (Segment segment in layout.Family(family))
            {
                int offset = layout.PrefixLength(segment);
                PackKeysAndValues(segment, offset, keyHead, buffers);
                for (int head = keyHead * Shape.Group; head < (keyHead + 1) * Shape.Group; head++)
                {
                    for (int i = 0; i < segment.Length; i += QueriesPerBlock)
                    {
                        Attend(segment, offset, head, i, Math.Min(QueriesPerBlock, segment.Length - i), buffers);
                    }
                }
            }
        }

        private readonly void PackKeysAndValues(Segment segment, int offset, int keyHead, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            float* keys = Qkv + ((long)segment.Start * Shape.RowWidth) + ((Shape.Heads + keyHead) * D);
            StoreColumns(keys, Shape.RowWidth, segment.Length, buffers.KeyColumns, offset, D);
            for (int i = 0; i < segment.Length; i++)
            {
                float* row = Qkv + ((long)(segment.Start + i) * Shape.RowWidth);
                float* value = row + ((Shape.Heads + Shape.KeyValueHeads + keyHead) * D);
                StoreRow(value, buffers.ValueRows, (long)buffers.Padded * Block, offset + i, D);
            }
        }

        private readonly void Attend(Segment segment, int offset, int head, int first, int rows, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            int keys = offset + first + rows;
            int padded = buffers.Padded;
            long token = segment.Start + first;
            float* q = Qkv + (token * Shape.RowWidth) + (head * D);
            Scores(q, Shape.RowWidth, rows, buffers.KeyColumns, Blocks(keys, Block), D, buffers.Scores, padded);
            float scale = 1f / MathF.Sqrt(D);
            for (int r = 0; r < rows; r++)
            {
                Rows.SoftmaxInPlace<TLanes>(buffers.Scores + ((long)r * padded), offset + first + r + 1, keys, scale);
            }

            long outputRow = (long)Shape.Heads * D;
            Mix(
                buffers.Scores, padded, 1, rows, buffers.ValueRows, (long)padded * Block, keys, D,
                Output + (token * outputRow) + (head * D), outputRow, accumulate: false);
        }
    }
}
