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
    private const int MostFamiliesPerItem = 8;

    public override void Attention(Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor output)
    {
        Require(qkv, (long)layout.Tokens * shape.RowWidth, nameof(qkv));
        Require(output, (long)layout.Tokens * shape.Heads * shape.HeadSize, nameof(output));
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        ReserveAttentionScratch(layout.LongestSequence, shape, backward: false);
        using var pin = new LayoutPin(layout);
        var job = new AttentionJob
        {
            Layout = pin, Qkv = qkv.Pointer, Output = output.Pointer, Shape = shape, Window = window,
            Scratch = WorkerScratch, HeadsPerItem = KeyHeadsPerItem(layout, shape),
        };
        _workers.Run(ref job, Blocks(layout.Families * shape.KeyValueHeads, job.HeadsPerItem));
    }

    // Where there are families enough for all threads, one takes all heads of some that follow each other: what comes next
    // can then be asked for ahead.
    private int KeyHeadsPerItem(SequenceLayout layout, HeadShape shape)
    {
        int families = layout.Families / (8 * Threads);
        return families == 0 ? 1 : shape.KeyValueHeads * Math.Min(families, MostFamiliesPerItem);
    }

    private void ReserveAttentionScratch(int longest, HeadShape shape, bool backward)
    {
        ReserveWorkerScratch(AttentionBuffers.Length(longest, shape.HeadSize, backward));
    }

    /// <summary>Where one worker's panels lie: cut from its scratch for the longest sequence of the batch.</summary>
    private readonly struct AttentionBuffers
    {
        public readonly float* KeyColumns, ValueRows, Scores, KeyRows, ValueColumns, ScoreGradients, DKeys, DValues, DOutput, Queries;
        public readonly int Padded;
        public readonly int Columns;

        // A cache line more than whole blocks: rows a power of two apart would share a few sets of the first-level cache.
        public readonly int ScoreRow;

        public AttentionBuffers(float* scratch, int longest, int D, bool backward)
        {
            Padded = Blocks(longest, Block) * Block;
            Columns = Blocks(D, Block) * Block;
            ScoreRow = Padded + Block;
            long keys = (long)Padded * D;
            long rows = (long)Padded * Columns;
            KeyColumns = scratch;
            ValueRows = KeyColumns + keys;
            Scores = ValueRows + rows;
            float* next = Scores + ((long)QueriesPerBlock * ScoreRow);
            if (backward)
            {
                ScoreGradients = next;
                KeyRows = ScoreGradients + ((long)QueriesPerBlock * ScoreRow);
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
            long forward = (padded * D) + (padded * columns) + (QueriesPerBlock * (padded + Block));
            long extra = (QueriesPerBlock * (padded + Block)) + (3 * padded * columns) + (padded * D) + (2 * QueriesPerBlock * columns);
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
        public int Window, HeadsPerItem;

        public void Execute(int item, int worker)
        {
            SequenceLayout layout = Layout.Value;
            int end = Math.Min((item + 1) * HeadsPerItem, layout.Families * Shape.KeyValueHeads);
            for (int head = item * HeadsPerItem; head < end; head++)
            {
                Attend(layout, head, head + 1 < end, Scratch[worker]);
            }
        }

        private void Attend(SequenceLayout layout, int head, bool goesOn, float* scratch)
        {
            int family = head / Shape.KeyValueHeads, keyHead = head % Shape.KeyValueHeads;
            var buffers = new AttentionBuffers(scratch, layout.FamilyLongest(family), Shape.HeadSize, backward: false);
            ReadOnlySpan<Segment> segments = layout.Family(family);
            for (int s = 0; s < segments.Length; s++)
            {
                Segment segment = segments[s];
                int offset = layout.PrefixLength(segment);
                int parts = Shape.Group * Blocks(segment.Length, QueriesPerBlock) * 3;
                ReadAhead ahead = Ahead(layout, segments, s, head, goesOn, Qkv, null, Shape, parts);
                PackKeysAndValues(segment, offset, keyHead, buffers);
                for (int query = keyHead * Shape.Group; query < (keyHead + 1) * Shape.Group; query++)
                {
                    for (int i = 0; i < segment.Length; i += QueriesPerBlock)
                    {
                        int rows = Math.Min(QueriesPerBlock, segment.Length - i);
                        Attend(segment, offset, query, i, rows, buffers, ref ahead);
                    }
                }
            }
        }

        private readonly void PackKeysAndValues(Segment segment, int offset, int keyHead, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            float* keys = Qkv + ((long)segment.Start * Shape.RowWidth) + ((Shape.Heads + keyHead) * D);
            StoreColumns(keys, Shape.RowWidth, segment.Length, buffers.KeyColumns, offset, D);
            float* values = keys + (Shape.KeyValueHeads * D);
            StoreRows(values, Shape.RowWidth, segment.Length, buffers.ValueRows, (long)buffers.Padded * Block, offset, D);
        }

        private readonly void Attend(
            Segment segment, int offset, int head, int first, int rows, in AttentionBuffers buffers, ref ReadAhead ahead)
        {
            int D = Shape.HeadSize;
            int hidden = KeysBeforeWindow(offset + first + 1, Window), seen = offset + first + 1 - hidden;
            int* lengths = stackalloc int[QueriesPerBlock];
            for (int r = 0; r < rows; r++)
            {
                lengths[r] = seen + r;
            }

            long token = segment.Start + first, outputRow = (long)Shape.Heads * D;
            float* q = Qkv + (token * Shape.RowWidth) + (head * D);
            ahead.Part();
            CausalScores(q, Shape.RowWidth, rows, buffers.KeyColumns + ((long)hidden * D), seen, D, buffers.Scores, buffers.ScoreRow);
            ahead.Part();
            WindowSoftmax(buffers.Scores, buffers.ScoreRow, rows, lengths, Window, seen + rows - 1, 1f / MathF.Sqrt(D));
            ahead.Part();
            CausalMix(
                buffers.Scores, buffers.ScoreRow, rows, buffers.ValueRows + ((long)hidden * Block), (long)buffers.Padded * Block,
                seen, D, Output + (token * outputRow) + (head * D), outputRow);
        }
    }
}
