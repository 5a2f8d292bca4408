using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int CacheRowsPerItem = 8;

    public override void CacheStore(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape)
    {
        Require(qkv, (long)rows.Length * shape.RowWidth, nameof(qkv));
        for (int t = 0; t < rows.Length; t++)
        {
            int own = rows[t].Position - cache.PrefixLength(rows[t].Slot);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)own, (uint)cache.Capacity(rows[t].Slot), nameof(rows));
        }

        fixed (CacheRow* places = rows)
        {
            using var pin = new CachePin(cache);
            var job = new CacheStoreJob
            {
                Cache = pin, Layer = layer, Places = places, Rows = rows.Length, Qkv = qkv.Pointer, Shape = shape,
            };
            _workers.Run(ref job, Blocks(rows.Length, CacheRowsPerItem));
        }
    }

    public override void CacheAttention(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape, int window, Tensor output)
    {
        Require(qkv, (long)rows.Length * shape.RowWidth, nameof(qkv));
        Require(output, (long)rows.Length * shape.Heads * shape.HeadSize, nameof(output));
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        int longest = 0;
        foreach (CacheRow row in rows)
        {
            longest = Math.Max(longest, row.Position + 1);
        }

        // A cache line more than whole blocks, as the score rows of Attention.
        int padded = (Blocks(longest, Block) + 1) * Block;
        ReserveWorkerScratch((long)shape.Group * padded);
        fixed (CacheRow* places = rows)
        {
            using var pin = new CachePin(cache);
            var job = new CacheAttentionJob
            {
                Cache = pin, Layer = layer, Places = places, Qkv = qkv.Pointer, Output = output.Pointer, Shape = shape,
                Window = window, Scratch = WorkerScratch, Padded = padded, Heads = rows.Length * shape.KeyValueHeads,
            };
            _workers.Run(ref job, Blocks(job.Heads, CacheRowsPerItem));
        }
    }

    private struct CacheStoreJob : IParallelJob
    {
        public CachePin Cache;
        public CacheRow* Places;
        public float* Qkv;
        public HeadShape Shape;
        public int Layer, Rows;

        public void Execute(int item, int worker)
        {
            KeyValueCache cache = Cache.Value;
            int end = Math.Min(Rows, (item + 1) * CacheRowsPerItem);
            for (int t = item * CacheRowsPerItem; t < end; t++)
            {
                int slot = Places[t].Slot, D = Shape.HeadSize;
                int own = Places[t].Position - cache.PrefixLength(slot);
                float* keys = Qkv + ((long)t * Shape.RowWidth) + (Shape.Heads * D);
                float* values = keys + (Shape.KeyValueHeads * D);
                for (int head = 0; head < Shape.KeyValueHeads; head++)
                {
                    StoreColumn(keys + (head * D), cache.Keys(Layer, slot, head).Pointer, own, D);
                    StoreRow(
                        values + (head * D), cache.Values(Layer, slot, head).Pointer, cache.ValueOffset(slot, 1, 0), own, D);
                }
            }
        }
    }

    private readonly struct CachePin(KeyValueCache cache) : IDisposable
    {
        private readonly System.Runtime.InteropServices.GCHandle _handle =
            System.Runtime.InteropServices.GCHandle.Alloc(cache);

        public KeyValueCache Value => (KeyValueCache)_handle.Target!;

        public void Dispose() => _handle.Free();
    }

    /// <summary>Scores of <paramref name="rows"/> queries against whole blocks of keys.</summary>
    private static void Scores(float* q, long qRow, int rows, float* keys, int blocks, int D, float* scores, long scoreRow)
    {
        for (int block = 0; block < blocks; block++)
        {
            TTile.Multiply(q, qRow, 1, keys + ((long)block * D * Block), D, scores + (block * Block), scoreRow, rows, false);
        }
    }

    private struct CacheAttentionJob : IParallelJob
    {
        public CachePin Cache;
        public CacheRow* Places;
        public float* Qkv, Output;
        public float** Scratch;
        public HeadShape Shape;
        public int Layer, Window, Padded, Heads;

        public void Execute(int item, int worker)
        {
            KeyValueCache cache = Cache.Value;
            int end = Math.Min(Heads, (item + 1) * CacheRowsPerItem);
            for (int head = item * CacheRowsPerItem; head < end; head++)
            {
                Attend(cache, head / Shape.KeyValueHeads, head % Shape.KeyValueHeads, Scratch[worker]);
            }
        }

        // The query heads that share a key head are the rows of one small product.
        private readonly void Attend(KeyValueCache cache, int row, int keyHead, float* scores)
        {
            int D = Shape.HeadSize, group = Shape.Group;
            int slot = Places[row].Slot;
            int keys = Places[row].Position + 1;
            int shared = cache.PrefixLength(slot);
            int hidden = KeysBeforeWindow(keys, Window), own = Math.Max(shared, hidden);
            float* q = Qkv + ((long)row * Shape.RowWidth) + ((long)keyHead * group * D);
            float* output = Output + ((((long)row * Shape.Heads) + ((long)keyHead * group)) * D);
            if (shared > hidden)
            {
                float* prefixKeys = cache.Keys(Layer, cache.PrefixSlot(slot), keyHead).Pointer + ((long)hidden * D);
                Scores(q, D, group, prefixKeys, (shared - hidden) / Block, D, scores, Padded);
            }

            float* ownKeys = cache.Keys(Layer, slot, keyHead).Pointer + ((long)(own - shared) * D);
            Scores(q, D, group, ownKeys, Blocks(keys - own, Block), D, scores + own - hidden, Padded);
            int* lengths = stackalloc int[group];
            new Span<int>(lengths, group).Fill(keys - hidden);
            WindowSoftmax(scores, Padded, group, lengths, Window, 0, 1f / MathF.Sqrt(D));

            if (shared > hidden)
            {
                int prefix = cache.PrefixSlot(slot);
                float* prefixValues = cache.Values(Layer, prefix, keyHead).Pointer + ((long)hidden * Block);
                Mix(
                    scores, Padded, 1, group, prefixValues, cache.ValueOffset(prefix, 1, 0), shared - hidden, D, output, D,
                    accumulate: false);
            }

            float* ownValues = cache.Values(Layer, slot, keyHead).Pointer + ((long)(own - shared) * Block);
            Mix(
                scores + own - hidden, Padded, 1, group, ownValues, cache.ValueOffset(slot, 1, 0), keys - own, D, output, D,
                accumulate: shared > hidden);
        }
    }
}
