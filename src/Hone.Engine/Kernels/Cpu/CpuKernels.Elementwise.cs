using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    // Elements per work item of the elementwise kernels, and the fixed stretch over which sums of squares are taken.
    private const int Stretch = 16384;

    public override void Embedding(ReadOnlySpan<int> tokens, Tensor table, int C, Tensor x)
    {
        Require(x, (long)tokens.Length * C, nameof(x));
        long rows = table.Length / C;
        for (int t = 0; t < tokens.Length; t++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)tokens[t], (ulong)rows, nameof(tokens));
            table.Slice((long)tokens[t] * C, C).Span.CopyTo(x.Slice((long)t * C, C).Span);
        }
    }

    public override void Embedding(ReadOnlySpan<int> tokens, PackedMatrix table, Tensor x)
    {
        int C = table.Inputs;
        Require(x, (long)tokens.Length * C, nameof(x));
        for (int t = 0; t < tokens.Length; t++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)tokens[t], (uint)table.Outputs, nameof(tokens));
            long start = ((long)(tokens[t] / Width) * C * Width) + (tokens[t] % Width);
            Span<float> row = x.Slice((long)t * C, C).Span;
            for (int c = 0; c < C; c++)
            {
                long place = start + ((long)c * Width);
                row[c] = table.Format == WeightFormat.F32
                    ? table.Floats[place]
                    : BitConverter.UInt32BitsToSingle((uint)table.BFloats[place] << 16);
            }
        }
    }

    public override void EmbeddingBackward(ReadOnlySpan<int> tokens, Tensor dx, int C, Tensor dTable)
    {
        Require(dx, (long)tokens.Length * C, nameof(dx));
        for (int t = 0; t < tokens.Length; t++)
        {
            AddRow(dx.Pointer + ((long)t * C), dTable.Slice((long)tokens[t] * C, C).Pointer, C);
        }
    }

    public override void Add(Tensor x, Tensor y)
    {
        Require(x, y.Length, nameof(x));
        var job = new AddJob(x.Pointer, y.Pointer, y.Length);
        _workers.Run(ref job, Stretches(y.Length));
    }

    public override double SumOfSquares(Tensor x)
    {
        int stretches = Stretches(x.Length);
        double* sums = (double*)_rowScratch.Take(2L * stretches).Pointer;
        var job = new SquaresJob(x.Pointer, x.Length, sums);
        _workers.Run(ref job, stretches);
        double total = 0;
        for (int i = 0; i < stretches; i++)
        {
            total += sums[i];
        }

        return total;
    }

    public override void AdamW(
        Tensor parameter, Tensor gradient, Tensor firstMoment, Tensor secondMoment, AdamWStep update, float gradientScale,
        float weightDecay)
    {
        Require(gradient, parameter.Length, nameof(gradient));
        Require(firstMoment, parameter.Length, nameof(firstMoment));
        Require(secondMoment, parameter.Length, nameof(secondMoment));
        var job = new AdamWJob
        {
            P = parameter.Pointer, G = gradient.Pointer, M = firstMoment.Pointer, V = secondMoment.Pointer,
            Length = parameter.Length, GradientScale = gradientScale,
            Learn1 = (float)(1 - update.Beta1), Learn2 = (float)(1 - update.Beta2),
            Keep = (float)(1 - (update.LearningRate * weightDecay)),
            StepSize = (float)(update.LearningRate / (1 - Math.Pow(update.Beta1, update.Step))),
            RootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(update.Beta2, update.Step))),
            Epsilon = (float)update.Epsilon,
        };
        _workers.Run(ref job, Stretches(parameter.Length));
    }

    private static int Stretches(long length) => checked((int)((length + Stretch - 1) / Stretch));

    private static void AddRow(float* from, float* to, int length)
    {
        int i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            (TLanes.Load(to + i) + TLanes.Load(from + i)).Store(to + i);
        }

        for (; i < length; i++)
        {
            to[i] += from[i];
        }
    }

    private readonly struct AddJob(float* x, float* y, long length) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            long start = (long)item * Stretch;
            AddRow(x + start, y + start, (int)Math.Min(Stretch, length - start));
        }
    }

    private readonly struct SquaresJob(float* x, long length, double* sums) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            long start = (long)item * Stretch;
            long end = Math.Min(start + Stretch, length);
            Vector256<double> even = Vector256<double>.Zero, odd = even;
            long i = start;
            for (; i <= end - 8; i += 8)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(x + i));
                even = Vector256.FusedMultiplyAdd(low, low, even);
                odd = Vector256.FusedMultiplyAdd(high, high, odd);
            }

            double sum = Vector256.Sum(even + odd);
            for (; i < end; i++)
            {
                sum += (double)x[i] * x[i];
            }

            sums[item] = sum;
        }
    }

    private struct AdamWJob : IParallelJob
    {
        public float* P, G, M, V;
        public long Length;
        public float GradientScale, Learn1, Learn2, Keep, StepSize, RootCorrection, Epsilon;

        public void Execute(int item, int worker)
        {
            long start = (long)item * Stretch;
            long end = Math.Min(start + Stretch, Length);
            long i = start;
            for (; i <= end - TLanes.Count; i += TLanes.Count)
            {
                Update<TLanes>(i);
            }

            for (; i < end; i++)
            {
                Update<Lanes1>(i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Update<T>(long i)
            where T : struct, ILanes<T>
        {
            T g = T.Load(G + i) * T.Splat(GradientScale);
            T m = T.Load(M + i);
            T v = T.Load(V + i);

            // m + (1-b)(g - m): the weights add up to one although 1-b is rounded, and 1-b is not taken from a rounded b.
            m = T.MultiplyAdd(T.Splat(Learn1), g - m, m);
            v = T.MultiplyAdd(T.Splat(Learn2), (g * g) - v, v);
            m.Store(M + i);
            v.Store(V + i);
            T root = T.MultiplyAdd(T.Sqrt(v), T.Splat(RootCorrection), T.Splat(Epsilon));
            T kept = T.Load(P + i) * T.Splat(Keep);
            (kept - (T.Splat(StepSize) * (m / root))).Store(P + i);
        }
    }
}
