using System.Runtime.CompilerServices;
using Hone.Engine.Files;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int Width = PackedMatrix.PanelWidth;

    // A panel's stretch of k that stays in the first-level cache beside the rows it meets: 256 * 16 floats = 16 KiB.
    private const int StretchK = 256;

    // Most rows that one work item takes: a multiple of every tile height, small enough for the second-level cache.
    private const int RowsPerItem = 72;

    // Panels that one work item takes: what fits the second-level cache, and no fewer than keep a row busy once it is there.
    private const int FloatsOfPanels = 128 * 1024;
    private const int FewestPanels = 8;

    // What dW packs of x and dy at a time should stay in the caches: so many floats, or so few tokens.
    private const int PackedFloats = 512 * 1024;
    private const int FewestPackedTokens = 512;

    public override void MatMul(Tensor x, PackedMatrix weight, Tensor bias, Tensor residual, int T, Tensor y)
    {
        Require(x, (long)T * weight.Inputs, nameof(x));
        Require(y, (long)T * weight.Outputs, nameof(y));
        bool onTop = residual.Pointer == y.Pointer;
        if (onTop && !bias.IsEmpty)
        {
            throw new ArgumentException("A product that is added to y takes no bias.", nameof(bias));
        }

        Multiply(new ProductJob
        {
            A = x.Pointer, ARow = weight.Inputs, Panels = weight.Floats, NarrowPanels = weight.BFloats,
            M = T, N = weight.Outputs, K = weight.Inputs, C = y.Pointer, Bias = Optional(bias, weight.Outputs),
            Residual = onTop ? null : Optional(residual, (long)T * weight.Outputs), Accumulate = onTop,
        });
    }

    public override void MatMulBackwardWeight(Tensor dy, Tensor x, int T, int I, int O, Tensor dWeight)
    {
        Require(dy, (long)T * O, nameof(dy));
        Require(x, (long)T * I, nameof(x));
        Require(dWeight, (long)O * I, nameof(dWeight));
        int most = PackedTokens(I, O, T);
        for (int t = 0; t < T; t += most)
        {
            int tokens = Math.Min(most, T - t);
            float* panels = _packed.Take((long)Blocks(I, Width) * tokens * Width).Pointer;
            long tile = TileStride(tokens);
            float* tiles = _packedTiles.Take(Blocks(O, TTile.MaxRows) * tile).Pointer;
            var pack = new PackOuterProductJob
            {
                X = new PackColumnsJob(x.Pointer + ((long)t * I), I, tokens, panels),
                DY = new PackTilesJob(dy.Pointer + ((long)t * O), O, tokens, tiles),
            };
            _workers.Run(ref pack, Blocks(tokens, TokensPerItem));
            Multiply(new ProductJob
            {
                A = tiles, ATile = tile, Panels = panels, M = O, N = I, K = tokens, C = dWeight.Pointer, Accumulate = true,
            });
        }
    }

    public override void BiasBackward(Tensor dy, int T, int O, Tensor dBias)
    {
        Require(dy, (long)T * O, nameof(dy));
        Require(dBias, O, nameof(dBias));
        var job = new ColumnSumJob(dy.Pointer, T, O, dBias.Pointer);
        _workers.Run(ref job, Blocks(O, ColumnSumJob.Columns));
    }

    private static float* Optional(Tensor tensor, long length)
    {
        if (tensor.IsEmpty)
        {
            return null;
        }

        Require(tensor, length, nameof(tensor));
        return tensor.Pointer;
    }

    private void Multiply(ProductJob job)
    {
        if (job.M == 0)
        {
            return;
        }

        job.PanelCount = Blocks(job.N, Width);
        job.RowBlocks = Blocks(job.M, RowsPerItem);
        job.RowsPerBlock = Blocks(Blocks(job.M, job.RowBlocks), TTile.MaxRows) * TTile.MaxRows;
        int cuts = Blocks(job.PanelCount, Math.Max(FewestPanels, FloatsOfPanels / (job.K * Width)));

        // Few rows (decoding): cut the panels finer, so that every thread has something to do.
        job.Cuts = Math.Min(job.PanelCount, Math.Max(cuts, Blocks(4 * Threads, job.RowBlocks)));
        _workers.Run(ref job, job.RowBlocks * job.Cuts);
    }

    /// <summary>
    /// C (M, N) = A (M, K) B (K, N) + bias + residual, or C += A B. B is in panels of (K, 16), in float or bfloat16. A's rows are
    /// <see cref="ARow"/> apart, or A is in tiles of (K, tile height) that are <see cref="ATile"/> apart.
    /// </summary>
    private struct ProductJob : IParallelJob
    {
        public float* A, Panels, C, Bias, Residual;
        public ushort* NarrowPanels;
        public long ARow, ATile;
        public int M, N, K, PanelCount, Cuts, RowBlocks, RowsPerBlock;
        public bool Accumulate;

        // Items that follow each other share their panels, which so come from memory once.
        [SkipLocalsInit]
        public readonly void Execute(int item, int worker)
        {
            int row = item % RowBlocks * RowsPerBlock;
            int rows = Math.Min(RowsPerBlock, M - row);
            if (rows <= 0)
            {
                return;
            }

            int cut = item / RowBlocks;
            int first = (int)((long)PanelCount * cut / Cuts);
            int end = (int)((long)PanelCount * (cut + 1) / Cuts);
            float* widened = stackalloc float[NarrowPanels == null ? 0 : 2 * StretchK * Width];
            for (int k = 0; k < K; k += StretchK)
            {
                int length = Math.Min(StretchK, K - k);
                for (int panel = first; panel < end; panel++)
                {
                    float* left = Stretch(panel, k, length, widened);
                    if (TTile.Pairs && panel + 1 < end && (panel + 2) * Width <= N)
                    {
                        float* right = Stretch(panel + 1, k, length, widened + (StretchK * Width));
                        PanelStretch(row, rows, panel, 2 * Width, left, right, k, length);
                        panel++;
                        continue;
                    }

                    PanelStretch(row, rows, panel, Math.Min(Width, N - (panel * Width)), left, null, k, length);
                }
            }
        }

        private readonly float* Stretch(int panel, int k, int length, float* widened)
        {
            long start = (((long)panel * K) + k) * Width;
            if (NarrowPanels == null)
            {
                return Panels + start;
            }

            NumberFormats.BFloatToFloat(NarrowPanels + start, new Span<float>(widened, length * Width));
            return widened;
        }

        // One panel, or two where there is a right one.
        private readonly void PanelStretch(
            int row, int rows, int panel, int columns, float* left, float* right, int k, int length)
        {
            float* c = C + ((long)row * N) + (panel * Width);
            bool onTop = Accumulate || k > 0;
            if (!onTop && Bias != null)
            {
                StartFromBias(c, rows, panel, columns);
                onTop = true;
            }

            if (columns >= Width)
            {
                Tiles(row, rows, k, length, left, right, c, N, onTop);
            }
            else
            {
                // The last panel is wider than what is left of C, so its tiles go through a buffer of full width.
                float* edge = stackalloc float[RowsPerItem * Width];
                CopyRows(c, N, edge, Width, rows, onTop ? columns : 0);
                Tiles(row, rows, k, length, left, null, edge, Width, onTop);
                CopyRows(edge, Width, c, N, rows, columns);
            }

            if (Residual != null && k + length == K)
            {
                AddResidual(row, rows, panel, columns);
            }
        }

        private readonly void Tiles(
            int row, int rows, int k, int length, float* left, float* right, float* c, long cRow, bool onTop)
        {
            if (ATile == 0)
            {
                Tile(A + (row * ARow) + k, ARow, 1, left, right, length, c, cRow, rows, onTop);
                return;
            }

            for (int r = 0; r < rows; r += TTile.MaxRows)
            {
                int height = Math.Min(TTile.MaxRows, rows - r);
                float* tile = A + ((row + r) / TTile.MaxRows * ATile) + ((long)k * TTile.MaxRows);
                Tile(tile, 1, TTile.MaxRows, left, right, length, c + (r * cRow), cRow, height, onTop);
            }
        }

        private static void Tile(
            float* a, long aRow, long aK, float* left, float* right, int length, float* c, long cRow, int rows, bool onTop)
        {
            if (TTile.Pairs && right != null)
            {
                TTile.MultiplyPair(a, aRow, aK, left, right, length, c, cRow, rows, onTop);
            }
            else
            {
                TTile.Multiply(a, aRow, aK, left, length, c, cRow, rows, onTop);
            }
        }

        private readonly void StartFromBias(float* c, int rows, int panel, int columns)
        {
            var bias = new Span<float>(Bias + (panel * Width), columns);
            for (int r = 0; r < rows; r++)
            {
                bias.CopyTo(new Span<float>(c + ((long)r * N), columns));
            }
        }

        private readonly void AddResidual(int row, int rows, int panel, int columns)
        {
            long start = ((long)row * N) + (panel * Width);
            for (int r = 0; r < rows; r++)
            {
                AddRow(Residual + start + ((long)r * N), C + start + ((long)r * N), columns);
            }
        }
    }

    /// <summary>Packs B (K, N) into panels of 16 columns.</summary>
    private readonly struct PackColumnsJob(float* b, int N, int K, float* packed) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            int end = Math.Min(K, (item + 1) * TokensPerItem);
            for (int k = item * TokensPerItem; k < end; k++)
            {
                float* row = b + ((long)k * N);
                float* to = packed + ((long)k * Width);
                int n = 0;
                for (; n <= N - Width; n += Width)
                {
                    Unsafe.CopyBlockUnaligned(to, row + n, Width * sizeof(float));
                    to += (long)K * Width;
                }

                if (n < N)
                {
                    new Span<float>(to, Width).Clear();
                    new Span<float>(row + n, N - n).CopyTo(new Span<float>(to, Width));
                }
            }
        }
    }

    private struct PackOuterProductJob : IParallelJob
    {
        public PackColumnsJob X;
        public PackTilesJob DY;

        public readonly void Execute(int item, int worker)
        {
            X.Execute(item, worker);
            DY.Execute(item, worker);
        }
    }

    // Tiles that begin a power of two apart would share a few sets of the first-level cache; a cache line more spreads them.
    private static long TileStride(int tokens) => ((long)tokens * TTile.MaxRows) + Width;

    /// <summary>
    /// Packs dy (tokens, O) transposed into tiles of (tokens, tile height): its elements along the tokens, which the product
    /// walks, lie O apart.
    /// </summary>
    private readonly struct PackTilesJob(float* dy, int O, int tokens, float* tiles) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            long stride = TileStride(tokens);
            int end = Math.Min(tokens, (item + 1) * TokensPerItem);
            for (int t = item * TokensPerItem; t < end; t++)
            {
                float* row = dy + ((long)t * O);
                float* to = tiles + (t * TTile.MaxRows);
                int o = 0;
                for (; o <= O - TTile.MaxRows; o += TTile.MaxRows)
                {
                    Unsafe.CopyBlockUnaligned(to, row + o, (uint)(TTile.MaxRows * sizeof(float)));
                    to += stride;
                }

                new Span<float>(row + o, O - o).CopyTo(new Span<float>(to, TTile.MaxRows));
            }
        }
    }

    private readonly struct ColumnSumJob(float* dy, int T, int O, float* sums) : IParallelJob
    {
        public const int Columns = 64;

        public void Execute(int item, int worker)
        {
            int first = item * Columns;
            int count = Math.Min(Columns, O - first);
            for (int t = 0; t < T; t++)
            {
                AddRow(dy + ((long)t * O) + first, sums + first, count);
            }
        }
    }
}
