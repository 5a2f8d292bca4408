using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void AttentionBackward(
        Tensor dOutput, Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor dqkv)
    {
        Require(dOutput, (long)layout.Tokens * shape.Heads * shape.HeadSize, nameof(dOutput));
        Require(qkv, (long)layout.Tokens * shape.RowWidth, nameof(qkv));
        Require(dqkv, (long)layout.Tokens * shape.RowWidth, nameof(dqkv));
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        ReserveAttentionScratch(layout.LongestSequence, shape, backward: true);
        using var pin = new LayoutPin(layout);
        var job = new AttentionBackwardJob
        {
            Layout = pin, DOutput = dOutput.Pointer, Qkv = qkv.Pointer, DQkv = dqkv.Pointer, Shape = shape, Window = window,
            Scratch = WorkerScratch, HeadsPerItem = KeyHeadsPerItem(layout, shape),
        };
        _workers.Run(ref job, Blocks(layout.Families * shape.KeyValueHeads, job.HeadsPerItem));
    }

    /// <summary>
    /// One family and key head at a time, so that the gradients of a shared prefix gather its completions' parts in batch
    /// order. The probabilities are computed again from queries and keys.
    /// </summary>
    private struct AttentionBackwardJob : IParallelJob
    {
        public LayoutPin Layout;
        public float* DOutput, Qkv, DQkv;
        public float** Scratch;
        public HeadShape Shape;
        public int Window, HeadsPerItem;

        public void Execute(int item, int worker)
        {
            SequenceLayout layout = Layout.Value;
            int end = Math.Min((item + 1) * HeadsPerItem, layout.Families * Shape.KeyValueHeads);
            for (int head = item * HeadsPerItem; head < end; head++)
            {
                KeyHead(layout, head, head + 1 < end, Scratch[worker]);
            }
        }

        private void KeyHead(SequenceLayout layout, int head, bool goesOn, float* scratch)
        {
            int family = head / Shape.KeyValueHeads, keyHead = head % Shape.KeyValueHeads;
            var buffers = new AttentionBuffers(scratch, layout.FamilyLongest(family), Shape.HeadSize, backward: true);
            ReadOnlySpan<Segment> segments = layout.Family(family);
            for (int s = 0; s < segments.Length; s++)
            {
                Segment segment = segments[s];
                int offset = layout.PrefixLength(segment);
                int parts = Shape.Group * Blocks(segment.Length, QueriesPerBlock) * 6;
                ReadAhead ahead = Ahead(layout, segments, s, head, goesOn, Qkv, DOutput, Shape, parts);
                Load(segment, offset, keyHead, buffers);
                for (int query = keyHead * Shape.Group; query < (keyHead + 1) * Shape.Group; query++)
                {
                    for (int i = 0; i < segment.Length; i += QueriesPerBlock)
                    {
                        int rows = Math.Min(QueriesPerBlock, segment.Length - i);
                        QueryBlock(segment, offset, query, i, rows, buffers, ref ahead);
                    }
                }

                if (s > 0 || segments.Length == 1)
                {
                    StoreKeyGradients(segment, offset, keyHead, buffers);
                }
            }

            if (segments.Length > 1)
            {
                StoreKeyGradients(segments[0], 0, keyHead, buffers);
            }
        }

        private readonly void Load(Segment segment, int offset, int keyHead, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            long stride = (long)buffers.Padded * Block;
            float* keys = Qkv + ((long)segment.Start * Shape.RowWidth) + ((Shape.Heads + keyHead) * D);
            float* values = keys + (Shape.KeyValueHeads * D);
            StoreColumns(keys, Shape.RowWidth, segment.Length, buffers.KeyColumns, offset, D);
            StoreColumns(values, Shape.RowWidth, segment.Length, buffers.ValueColumns, offset, D);
            StoreRows(keys, Shape.RowWidth, segment.Length, buffers.KeyRows, stride, offset, D);

            new Span<float>(buffers.DKeys + ((long)offset * buffers.Columns), segment.Length * buffers.Columns).Clear();
            new Span<float>(buffers.DValues + ((long)offset * buffers.Columns), segment.Length * buffers.Columns).Clear();
        }

        private readonly void QueryBlock(
            Segment segment, int offset, int head, int first, int rows, in AttentionBuffers buffers, ref ReadAhead ahead)
        {
            int D = Shape.HeadSize;
            int hidden = KeysBeforeWindow(offset + first + 1, Window);
            int seen = offset + first + 1 - hidden, keys = seen + rows - 1;
            long hiddenColumns = (long)hidden * D, hiddenRows = (long)hidden * Block, hiddenGradients = (long)hidden * buffers.Columns;
            long padded = buffers.Padded, scoreRow = buffers.ScoreRow, panel = (long)QueriesPerBlock * Block;
            long token = segment.Start + first;
            long outputRow = (long)Shape.Heads * D;
            float* q = Qkv + (token * Shape.RowWidth) + (head * D);
            float* dOut = DOutput + (token * outputRow) + (head * D);
            float* dq = DQkv + (token * Shape.RowWidth) + (head * D);
            float* p = buffers.Scores, ds = buffers.ScoreGradients;
            float scale = 1f / MathF.Sqrt(D);
            int* lengths = stackalloc int[QueriesPerBlock];
            for (int r = 0; r < rows; r++)
            {
                lengths[r] = seen + r;
            }

            ahead.Part();
            CausalScores(q, Shape.RowWidth, rows, buffers.KeyColumns + hiddenColumns, seen, D, p, scoreRow);
            ahead.Part();
            CausalScores(dOut, outputRow, rows, buffers.ValueColumns + hiddenColumns, seen, D, ds, scoreRow);
            ahead.Part();
            WindowSoftmax(p, scoreRow, rows, lengths, Window, keys, scale);
            Rows.SoftmaxGradientRows<TLanes>(p, ds, scoreRow, rows, lengths, keys, scale);
            StoreRows(dOut, outputRow, rows, buffers.DOutput, panel, 0, D);
            StoreRows(q, Shape.RowWidth, rows, buffers.Queries, panel, 0, D);
            ahead.Part();
            CausalMix(ds, scoreRow, rows, buffers.KeyRows + hiddenRows, padded * Block, seen, D, dq, Shape.RowWidth);
            ahead.Part();
            CausalGather(p, scoreRow, rows, buffers.DOutput, panel, seen, D, buffers.DValues + hiddenGradients, buffers.Columns);
            ahead.Part();
            CausalGather(ds, scoreRow, rows, buffers.Queries, panel, seen, D, buffers.DKeys + hiddenGradients, buffers.Columns);
        }

        private readonly void StoreKeyGradients(Segment segment, int offset, int keyHead, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            float* rows = DQkv + ((long)segment.Start * Shape.RowWidth);
            long start = (long)offset * buffers.Columns;
            float* dKeys = rows + ((Shape.Heads + keyHead) * D);
            float* dValues = rows + ((Shape.Heads + Shape.KeyValueHeads + keyHead) * D);
            CopyRows(buffers.DKeys + start, buffers.Columns, dKeys, Shape.RowWidth, segment.Length, D);
            CopyRows(buffers.DValues + start, buffers.Columns, dValues, Shape.RowWidth, segment.Length, D);
        }
    }
}
