using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int TokensPerItem = 32;

    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor y)
    {
        RequireRows(x, T, rows, C, stride, nameof(x));
        RequireRows(y, T, rows, C, stride, nameof(y));
        Require(weight, C, nameof(weight));
        var job = new RmsNormJob
        {
            X = x.Pointer, Weight = weight.Pointer, Y = y.Pointer, Epsilon = epsilon, T = T, Rows = rows, C = C,
            Stride = stride,
        };
        _workers.Run(ref job, Blocks(T, TokensPerItem));
    }

    public override void RmsNormBackward(
        Tensor dy, Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor dx, Tensor dWeight)
    {
        RequireRows(dy, T, rows, C, stride, nameof(dy));
        RequireRows(x, T, rows, C, stride, nameof(x));
        RequireRows(dx, T, rows, C, stride, nameof(dx));
        Require(weight, C, nameof(weight));
        float* weightGradient = Optional(dWeight, C);
        float* inverses = _rowScratch.Take((long)T * rows).Pointer;
        var job = new RmsNormBackwardJob
        {
            DY = dy.Pointer, X = x.Pointer, Weight = weight.Pointer, DX = dx.Pointer, Inverses = inverses,
            Epsilon = epsilon, T = T, Rows = rows, C = C, Stride = stride, DWeight = weightGradient,
        };

        // The weight's gradient reads dy, which dx may overwrite, so it goes first.
        job.Pass = RmsNormPass.Inverses;
        _workers.Run(ref job, Blocks(T, TokensPerItem));
        if (weightGradient != null)
        {
            job.Pass = RmsNormPass.Weight;
            _workers.Run(ref job, Blocks(C, RmsNormBackwardJob.Columns));
        }

        job.Pass = RmsNormPass.Input;
        _workers.Run(ref job, Blocks(T, TokensPerItem));
    }

    private static void RequireRows(Tensor tensor, int T, int rows, int C, int stride, string name) =>
        Require(tensor, T == 0 ? 0 : ((long)(T - 1) * stride) + ((long)rows * C), name);

    private static float InverseRms(float* x, int C, float epsilon) =>
        1f / MathF.Sqrt((Rows.Dot<TLanes>(x, x, C) / C) + epsilon);

    private enum RmsNormPass
    {
        Inverses,
        Weight,
        Input,
    }

    private struct RmsNormJob : IParallelJob
    {
        public float* X, Weight, Y;
        public float Epsilon;
        public int T, Rows, C, Stride;

        public void Execute(int item, int worker)
        {
            int end = Math.Min(T, (item + 1) * TokensPerItem);
            for (int t = item * TokensPerItem; t < end; t++)
            {
                for (int row = 0; row < Rows; row++)
                {
                    long start = ((long)t * Stride) + ((long)row * C);
                    Normalize(X + start, Y + start);
                }
            }
        }

        private readonly void Normalize(float* x, float* y)
        {
            float inverse = InverseRms(x, C, Epsilon);
            TLanes scale = TLanes.Splat(inverse);
            int i = 0;
            for (; i <= C - TLanes.Count; i += TLanes.Count)
            {
                (TLanes.Load(x + i) * scale * TLanes.Load(Weight + i)).Store(y + i);
            }

            for (; i < C; i++)
            {
                y[i] = x[i] * inverse * Weight[i];
            }
        }
    }

    private struct RmsNormBackwardJob : IParallelJob
    {
        public const int Columns = 64;
        public RmsNormPass Pass;
        public float* DY, X, Weight, DX, DWeight, Inverses;
        public float Epsilon;
        public int T, Rows, C, Stride;

        public void Execute(int item, int worker)
        {
            if (Pass == RmsNormPass.Weight)
            {
                AddWeightGradient(item * Columns, Math.Min(Columns, C - (item * Columns)));
                return;
            }

            int end = Math.Min(T, (item + 1) * TokensPerItem);
            for (int t = item * TokensPerItem; t < end; t++)
            {
                for (int row = 0; row < Rows; row++)
                {
                    long start = ((long)t * Stride) + ((long)row * C);
                    float* inverse = Inverses + ((long)t * Rows) + row;
                    if (Pass == RmsNormPass.Inverses)
                    {
                        *inverse = InverseRms(X + start, C, Epsilon);
                    }
                    else
                    {
                        InputGradient(DY + start, X + start, *inverse, DX + start);
                    }
                }
            }
        }

        // dx = r * (w*dy) - x * r^3/C * sum(w*dy*x), with r the inverse root mean square.
        private readonly void InputGradient(float* dy, float* x, float r, float* dx)
        {
            TLanes sum = TLanes.Zero;
            int i = 0;
            for (; i <= C - TLanes.Count; i += TLanes.Count)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(dy + i) * TLanes.Load(Weight + i), TLanes.Load(x + i), sum);
            }

            float total = TLanes.Sum(sum);
            for (; i < C; i++)
            {
                total = MathF.FusedMultiplyAdd(dy[i] * Weight[i], x[i], total);
            }

            float pull = r * r * r * total / C;
            i = 0;
            for (; i <= C - TLanes.Count; i += TLanes.Count)
            {
                TLanes direct = TLanes.Load(dy + i) * TLanes.Load(Weight + i) * TLanes.Splat(r);
                (direct - (TLanes.Load(x + i) * TLanes.Splat(pull))).Store(dx + i);
            }

            for (; i < C; i++)
            {
                dx[i] = (dy[i] * Weight[i] * r) - (x[i] * pull);
            }
        }

        private readonly void AddWeightGradient(int first, int count)
        {
            for (int t = 0; t < T; t++)
            {
                for (int row = 0; row < Rows; row++)
                {
                    long start = ((long)t * Stride) + ((long)row * C) + first;
                    float r = Inverses[((long)t * Rows) + row];
                    int i = 0;
                    for (; i <= count - TLanes.Count; i += TLanes.Count)
                    {
                        TLanes g = TLanes.Load(DY + start + i) * TLanes.Load(X + start + i);
                        TLanes.MultiplyAdd(g, TLanes.Splat(r), TLanes.Load(DWeight + first + i)).Store(DWeight + first + i);
                    }

                    for (; i < count; i++)
                    {
                        DWeight[first + i] = MathF.FusedMultiplyAdd(DY[start + i] * X[start + i], r, DWeight[first + i]);
                    }
                }
            }
        }
    }
}
