using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void AttentionBackward(
        Tensor dOutput, Tensor qkv, SequenceLayout layout, HeadShape shape, Tensor dqkv)
    {
        Require(dOutput, (long)layout.Tokens * shape.Heads * shape.HeadSize, nameof(dOutput));
        Require(qkv, (long)layout.Tokens * shape.RowWidth, nameof(qkv));
        Require(dqkv, (long)layout.Tokens * shape.RowWidth, nameof(dqkv));
        ReserveAttentionScratch(layout.LongestSequence, shape, backward: true);
        using var pin = new LayoutPin(layout);
        var job = new AttentionBackwardJob
        {
            Layout = pin, DOutput = dOutput.Pointer, Qkv = qkv.Pointer, DQkv = dqkv.Pointer, Shape = shape,
            Scratch = WorkerScratch, HeadsPerItem = KeyHeadsPerItem(layout, shape),
        };
        _workers.Run(ref job, layout.Families * shape.KeyValueHeads / job.HeadsPerItem);
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
        public int HeadsPerItem;

        public void Execute(int item, int worker)
        {
            for (int i = 0; i < HeadsPerItem; i++)
            {
                int head = (item * HeadsPerItem) + i;
                KeyHead(head / Shape.KeyValueHeads, head % Shape.KeyValueHeads, Scratch[worker]);
            }
        }

        private void KeyHead(int family, int keyHead, float* scratch)
        {
            SequenceLayout layout = Layout.Value;
            var buffers = new AttentionBuffers(scratch, layout.FamilyLongest(family), Shape.HeadSize, backward: true);
            ReadOnlySpan<Segment> segments = layout.Family(family);
            for (int s = 0; s < segments.Length; s++)
            {
                Segment segment = segments[s];
                int offset = layout.PrefixLength(segment);
                Load(segment, offset, keyHead, buffers);
                for (int head = keyHead * Shape.Group; head < (keyHead + 1) * Shape.Group; head++)
                {
                    for (int i = 0; i < segment.Length; i += QueriesPerBlock)
                    {
                        QueryBlock(segment, offset, head, i, Math.Min(QueriesPerBlock, segment.Length - i), buffers);
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
            for (int i = 0; i < segment.Length; i++)
            {
                StoreRow(keys + ((long)i * Shape.RowWidth), buffers.KeyRows, stride, offset + i, D);
            }

            new Span<float>(buffers.DKeys + ((long)offset * buffers.Columns), segment.Length * buffers.Columns).Clear();
            new Span<float>(buffers.DValues + ((long)offset * buffers.Columns), segment.Length * buffers.Columns).Clear();
        }

        private readonly void QueryBlock(Segment segment, int offset, int head, int first, int rows, in AttentionBuffers buffers)
        {
            int D = Shape.HeadSize;
            int keys = offset + first + rows;
            int blocks = Blocks(keys, Block);
            long padded = buffers.Padded;
            long token = segment.Start + first;
            long outputRow = (long)Shape.Heads * D;
            float* q = Qkv + (token * Shape.RowWidth) + (head * D);
            float* dOut = DOutput + (token * outputRow) + (head * D);
            float scale = 1f / MathF.Sqrt(D);

            Scores(q, Shape.RowWidth, rows, buffers.KeyColumns, blocks, D, buffers.Scores, padded);
            Scores(dOut, outputRow, rows, buffers.ValueColumns, blocks, D, buffers.ScoreGradients, padded);
            for (int r = 0; r < rows; r++)
            {
                float* p = buffers.Scores + (r * padded);
                float* ds = buffers.ScoreGradients + (r * padded);
                int own = offset + first + r + 1;
                Rows.SoftmaxInPlace<TLanes>(p, own, keys, scale);
                SoftmaxGradient(p, ds, own, keys, scale);
                StoreRow(dOut + (r * outputRow), buffers.DOutput, (long)QueriesPerBlock * Block, r, D);
                StoreRow(q + ((long)r * Shape.RowWidth), buffers.Queries, (long)QueriesPerBlock * Block, r, D);
            }

            long panel = (long)QueriesPerBlock * Block;
            float* dq = DQkv + (token * Shape.RowWidth) + (head * D);
            Mix(
                buffers.ScoreGradients, padded, 1, rows, buffers.KeyRows, padded * Block, keys, D, dq, Shape.RowWidth,
                accumulate: false);
            Mix(buffers.Scores, 1, padded, keys, buffers.DOutput, panel, rows, D, buffers.DValues, buffers.Columns, true);
            Mix(buffers.ScoreGradients, 1, padded, keys, buffers.Queries, panel, rows, D, buffers.DKeys, buffers.Columns, true);
        }

        // ds = p * (dp - sum(p * dp)) * scale; beyond the row's own keys p is zero and dp is not to be read.
        private static void SoftmaxGradient(float* p, float* ds, int own, int keys, float scale)
        {
            float mean = Rows.Dot<TLanes>(p, ds, own);
            int i = 0;
            for (; i <= own - TLanes.Count; i += TLanes.Count)
            {
                TLanes centred = TLanes.Load(ds + i) - TLanes.Splat(mean);
                (TLanes.Load(p + i) * centred * TLanes.Splat(scale)).Store(ds + i);
            }

            for (; i < own; i++)
            {
                ds[i] = p[i] * (ds[i] - mean) * scale;
            }

            new Span<float>(ds + own, keys - own).Clear();
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
