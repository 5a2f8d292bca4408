using Hone.Engine.Memory;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>How much scratch there is, and how much there will be: the sizes are those that the kernels cut theirs by.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override long ScratchBytes =>
        _packed.Bytes + _packedTiles.Bytes + _gathered.Bytes + _logits.Bytes + _rowScratch.Bytes
        + _workerScratch.Sum(scratch => scratch.Bytes);

    /// <summary>From above: a chunk of logits is counted with all the rows that it may have.</summary>
    public static long MostScratchBytes(ScratchSizes sizes, int threads)
    {
        HeadShape heads = sizes.Heads;
        int C = sizes.Hidden, F = sizes.FeedForward, V = sizes.Vocabulary, mixed = heads.Heads * heads.HeadSize;
        int chunk = RowsPerChunk(V);
        (int I, int O, long Tokens)[] products = sizes.TrainedMatrices is { } trained
            ? [.. trained.Select(matrix => (matrix.Inputs, matrix.Outputs, sizes.PassTokens))]
            :
        [
            (C, heads.RowWidth, sizes.PassTokens), (mixed, C, sizes.PassTokens), (C, 2 * F, sizes.PassTokens),
            (F, C, sizes.PassTokens), (C, V, sizes.PassTokens == 0 ? 0 : chunk),
        ];

        // A worker's scratch serves attention, and its gradient takes more than it does forward or over a cache; or the weights
        // and ids of a drawn token.
        long attention = AttentionBuffers.Length(sizes.LongestSequence, heads.HeadSize, backward: true);
        long worker = Math.Max(sizes.LongestSequence == 0 ? 0 : attention, sizes.Samples ? 2L * V : 0);
        long stretches = (sizes.Parameters + Stretch - 1) / Stretch;
        long rows = Math.Max(sizes.PassTokens * heads.Heads, 2 * stretches);
        return GrowingTensor.MostBytes((long)chunk * V) + GrowingTensor.MostBytes((long)chunk * C)
            + GrowingTensor.MostBytes(products.Max(p => PackedPanels(p.I, p.O, p.Tokens)))
            + GrowingTensor.MostBytes(products.Max(p => PackedTiles(p.I, p.O, p.Tokens)))
            + GrowingTensor.MostBytes(rows) + (threads * GrowingTensor.MostBytes(worker));
    }

    private static int PackedTokens(int I, int O, long T) =>
        (int)Math.Min(T, Math.Max(FewestPackedTokens, PackedFloats / (I + O)) / StretchK * StretchK);

    private static long PackedPanels(int I, int O, long T) => (long)Blocks(I, Width) * PackedTokens(I, O, T) * Width;

    private static long PackedTiles(int I, int O, long T) => Blocks(O, TTile.MaxRows) * TileStride(PackedTokens(I, O, T));
}
