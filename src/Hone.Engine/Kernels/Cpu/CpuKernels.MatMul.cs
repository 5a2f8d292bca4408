using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int Width = PackedMatrix.PanelWidth;

    // A panel's stretch of k that stays in the first-level cache beside the rows it meets: 256 * 16 floats = 16 KiB.
    private const int StretchK = 256;

    // Rows that one work item takes: a multiple of every tile height, small enough for the second-level cache.
    private const int RowsPerItem = 72;

    // Rows of B packed at a time where B is not a packed weight.
    private const int PackedRows = 1024;

    public override void Pack(Tensor weight, PackedMatrix packed)
    {
        Require(weight, (long)packed.Outputs * packed.Inputs, nameof(weight));
        var job = new PackRowsJob(weight.Pointer, packed.Outputs, packed.Inputs, packed.Data.Pointer);
        _workers.Run(ref job, packed.Panels);
    }

    public override void MatMul(Tensor x, PackedMatrix weight, Tensor bias, int T, Tensor y)
    {
        Require(x, (long)T * weight.Inputs, nameof(x));
        Require(y, (long)T * weight.Outputs, nameof(y));
        Product(
            x.Pointer, weight.Inputs, 1, weight.Data.Pointer, (long)weight.Inputs * Width, T, weight.Outputs, weight.Inputs,
            y.Pointer, bias.IsEmpty ? null : bias.Pointer, accumulate: false);
    }

    public override void MatMulBackwardInput(Tensor dy, Tensor weight, int T, int I, int O, Tensor dx)
    {
        Require(dy, (long)T * O, nameof(dy));
        Require(weight, (long)O * I, nameof(weight));
        Require(dx, (long)T * I, nameof(dx));
        for (int o = 0; o < O; o += PackedRows)
        {
            int rows = Math.Min(PackedRows, O - o);
            float* panels = PackColumns(weight.Pointer + ((long)o * I), I, rows, I);
            Product(dy.Pointer + o, O, 1, panels, (long)rows * Width, T, I, rows, dx.Pointer, null, accumulate: o > 0);
        }
    }

    public override void MatMulBackwardWeight(Tensor dy, Tensor x, int T, int I, int O, Tensor dWeight)
    {
        Require(dy, (long)T * O, nameof(dy));
        Require(x, (long)T * I, nameof(x));
        Require(dWeight, (long)O * I, nameof(dWeight));
        for (int t = 0; t < T; t += PackedRows)
        {
            int rows = Math.Min(PackedRows, T - t);
            float* panels = PackColumns(x.Pointer + ((long)t * I), I, rows, I);
            Product(
                dy.Pointer + ((long)t * O), 1, O, panels, (long)rows * Width, O, I, rows, dWeight.Pointer, null,
                accumulate: true);
        }
    }

    public override void BiasBackward(Tensor dy, int T, int O, Tensor dBias)
    {
        Require(dy, (long)T * O, nameof(dy));
        Require(dBias, O, nameof(dBias));
        var job = new ColumnSumJob(dy.Pointer, T, O, dBias.Pointer);
        _workers.Run(ref job, Blocks(O, ColumnSumJob.Columns));
    }

    /// <summary>Packs B (K, N), rows at distance <paramref name="stride"/>, into panels of 16 columns.</summary>
    private float* PackColumns(float* b, int stride, int K, int N)
    {
        int panels = Blocks(N, Width);
        float* packed = _packed.Take((long)panels * K * Width).Pointer;
        var job = new PackColumnsJob(b, stride, K, N, packed);
        _workers.Run(ref job, panels);
        return packed;
    }

    /// <summary>C (M, N) = or += A (M, K) B, with B in panels at distance <paramref name="panelStride"/>.</summary>
    private void Product(
        float* a, long aRow, long aK, float* panels, long panelStride, int M, int N, int K, float* c, float* bias,
        bool accumulate)
    {
        if (M == 0)
        {
            return;
        }

        int panelCount = Blocks(N, Width);
        int rowBlocks = Blocks(M, RowsPerItem);

        // Few rows (decoding): cut the panels too, so that every thread has something to do.
        int cuts = rowBlocks >= 4 * Threads ? 1 : Math.Min(panelCount, Blocks(4 * Threads, rowBlocks));
        var job = new ProductJob
        {
            A = a, ARow = aRow, AK = aK, Panels = panels, PanelStride = panelStride, M = M, N = N, K = K, C = c,
            Bias = bias, Accumulate = accumulate, PanelCount = panelCount, Cuts = cuts,
        };
        _workers.Run(ref job, rowBlocks * cuts);
    }

    private struct ProductJob : IParallelJob
    {
        public float* A, Panels, C, Bias;
        public long ARow, AK, PanelStride;
        public int M, N, K, PanelCount, Cuts;
        public bool Accumulate;

        public void Execute(int item, int worker)
        {
            int row = item / Cuts * RowsPerItem;
            int rows = Math.Min(RowsPerItem, M - row);
            int cut = item % Cuts;
            int first = (int)((long)PanelCount * cut / Cuts);
            int end = (int)((long)PanelCount * (cut + 1) / Cuts);
            float* edge = stackalloc float[RowsPerItem * Width];
            for (int k = 0; k < K; k += StretchK)
            {
                int length = Math.Min(StretchK, K - k);
                for (int panel = first; panel < end; panel++)
                {
                    float* b = Panels + (panel * PanelStride) + ((long)k * Width);
                    float* a = A + (row * ARow) + (k * AK);
                    float* c = C + ((long)row * N) + (panel * Width);
                    int columns = Math.Min(Width, N - (panel * Width));
                    bool onTop = Accumulate || k > 0;
                    if (!onTop && Bias != null)
                    {
                        StartFromBias(c, rows, panel, columns);
                        onTop = true;
                    }

                    if (columns == Width)
                    {
                        TTile.Multiply(a, ARow, AK, b, length, c, N, rows, onTop);
                    }
                    else
                    {
                        Edge(a, b, length, c, rows, columns, onTop, edge);
                    }
                }
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

        // The last panel may be wider than what is left of C, so its tile goes through a buffer of full width.
        private readonly void Edge(float* a, float* b, int length, float* c, int rows, int columns, bool onTop, float* edge)
        {
            if (onTop)
            {
                for (int r = 0; r < rows; r++)
                {
                    new Span<float>(c + ((long)r * N), columns).CopyTo(new Span<float>(edge + (r * Width), columns));
                }
            }

            TTile.Multiply(a, ARow, AK, b, length, edge, Width, rows, onTop);
            for (int r = 0; r < rows; r++)
            {
                new Span<float>(edge + (r * Width), columns).CopyTo(new Span<float>(c + ((long)r * N), columns));
            }
        }
    }

    private readonly struct PackRowsJob(float* weight, int outputs, int inputs, float* packed) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            float* panel = packed + ((long)item * inputs * Width);
            int columns = Math.Min(Width, outputs - (item * Width));
            for (int column = 0; column < columns; column++)
            {
                float* row = weight + ((((long)item * Width) + column) * inputs);
                for (int k = 0; k < inputs; k++)
                {
                    panel[((long)k * Width) + column] = row[k];
                }
            }

            // The padding was zero when the panel was made, and nothing ever writes it.
        }
    }

    private readonly struct PackColumnsJob(float* b, int stride, int K, int N, float* packed) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            float* panel = packed + ((long)item * K * Width);
            int columns = Math.Min(Width, N - (item * Width));
            for (int k = 0; k < K; k++)
            {
                var to = new Span<float>(panel + ((long)k * Width), Width);
                new Span<float>(b + ((long)k * stride) + (item * Width), columns).CopyTo(to);
                to[columns..].Clear();
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
                float* row = dy + ((long)t * O) + first;
                for (int i = 0; i < count; i++)
                {
                    sums[first + i] += row[i];
                }
            }
        }
    }
}
