using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void CacheStore(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape)
    {
        Require(qkv, (long)rows.Length * shape.RowWidth, nameof(qkv));
        int D = shape.HeadSize;
        for (int t = 0; t < rows.Length; t++)
        {
            int slot = rows[t].Slot;
            int own = rows[t].Position - cache.PrefixLength(slot);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)own, (uint)cache.Capacity(slot), nameof(rows));
            float* row = qkv.Pointer + ((long)t * shape.RowWidth);
            for (int head = 0; head < shape.KeyValueHeads; head++)
            {
                StoreColumn(row + ((shape.Heads + head) * D), cache.Keys(layer, slot, head).Pointer, own, D);
                StoreRow(
                    row + ((shape.Heads + shape.KeyValueHeads + head) * D), cache.Values(layer, slot, head).Pointer,
                    cache.ValueOffset(slot, 1, 0), own, D);
            }
        }
    }

    public override void CacheAttention(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape, Tensor output)
    {
        Require(qkv, (long)rows.Length * shape.RowWidth, nameof(qkv));
        Require(output, (long)rows.Length * shape.Heads * shape.HeadSize, nameof(output));
        int longest = 0;
        foreach (CacheRow row in rows)
        {
            longest = Math.Max(longest, row.Position + 1);
        }

        int padded = Blocks(longest, Block) * Block;
        ReserveWorkerScratch((long)shape.Group * padded);
        fixed (CacheRow* places = rows)
        {
            using var pin = new CachePin(cache);
            var job = new CacheAttentionJob
            {
                Cache = pin, Layer = layer, Places = places, Qkv = qkv.Pointer, Output = output.Pointer, Shape = shape,
                Scratch = WorkerScratch, Padded = padded,
            };
            _workers.Run(ref job, rows.Length * shape.KeyValueHeads);
        }
    }

    private readonly struct CachePin(KeyValueCache cache) : IDisposable
    {
        private readonly System.Runtime.InteropServices.GCHandle _handle =
            System.Runtime.InteropServices.GCHandle.Alloc(cache);

        public KeyValueCache Value => (KeyValueCache)_handle.Target!;

        public void Dispose() => _handle.Free();
    }

    private struct CacheAttentionJob : IParallelJob
    {
        public CachePin Cache;
        public CacheRow* Places;
        public float* Qkv, Output;
        public float** Scratch;
        public HeadShape Shape;
        public int Layer, Padded;

        // The query heads that share a key head are the rows of one small product.
        public void Execute(int item, int worker)
        {
            KeyValueCache cache = Cache.Value;
            int row = item / Shape.KeyValueHeads;
            int keyHead = item % Shape.KeyValueHeads;
            int D = Shape.HeadSize, group = Shape.Group;
            int slot = Places[row].Slot;
            int keys = Places[row].Position + 1;
            int shared = cache.PrefixLength(slot);
            float* scores = Scratch[worker];
            float* q = Qkv + ((long)row * Shape.RowWidth) + ((long)keyHead * group * D);
            float* output = Output + ((((long)row * Shape.Heads) + ((long)keyHead * group)) * D);
            if (shared > 0)
            {
                float* prefixKeys = cache.Keys(Layer, cache.PrefixSlot(slot), keyHead).Pointer;
                Scores(q, D, group, prefixKeys, shared / Block, D, scores, Padded);
            }

            float* ownKeys = cache.Keys(Layer, slot, keyHead).Pointer;
            Scores(q, D, group, ownKeys, Blocks(keys - shared, Block), D, scores + shared, Padded);
            float scale = 1f / MathF.Sqrt(D);
            for (int head = 0; head < group; head++)
            {
                Rows.Softmax<TLanes>(scores + ((long)head * Padded), keys, keys, scale);
            }

            if (shared > 0)
            {
                int prefix = cache.PrefixSlot(slot);
                Mix(
                    scores, Padded, 1, group, cache.Values(Layer, prefix, keyHead).Pointer, cache.ValueOffset(prefix, 1, 0),
                    shared, D, output, D, accumulate: false);
            }

            Mix(
                scores + shared, Padded, 1, group, cache.Values(Layer, slot, keyHead).Pointer, cache.ValueOffset(slot, 1, 0),
                keys - shared, D, output, D, accumulate: shared > 0);
        }
    }
}
