using System.Runtime.CompilerServices;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void Rotary(
        Tensor qkv, ReadOnlySpan<int> positions, Tensor cosine, Tensor sine, HeadShape shape, bool inverse)
    {
        Require(qkv, (long)positions.Length * shape.RowWidth, nameof(qkv));
        int half = shape.HeadSize / 2;
        foreach (int position in positions)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)position, (ulong)(cosine.Length / half));
        }

        fixed (int* places = positions)
        {
            var job = new RotaryJob
            {
                Qkv = qkv.Pointer, Positions = places, Cosine = cosine.Pointer, Sine = sine.Pointer, T = positions.Length,
                Heads = shape.Heads + shape.KeyValueHeads, D = shape.HeadSize, Width = shape.RowWidth,
                Sign = inverse ? -1f : 1f,
            };
            _workers.Run(ref job, Blocks(positions.Length, TokensPerItem));
        }
    }

    private struct RotaryJob : IParallelJob
    {
        public float* Qkv, Cosine, Sine;
        public int* Positions;
        public int T, Heads, D, Width;
        public float Sign;

        public void Execute(int item, int worker)
        {
            int half = D / 2;
            int end = Math.Min(T, (item + 1) * TokensPerItem);
            for (int t = item * TokensPerItem; t < end; t++)
            {
                float* cosine = Cosine + ((long)Positions[t] * half);
                float* sine = Sine + ((long)Positions[t] * half);
                for (int head = 0; head < Heads; head++)
                {
                    float* x = Qkv + ((long)t * Width) + (head * D);
                    int i = 0;
                    for (; i <= half - TLanes.Count; i += TLanes.Count)
                    {
                        Turn<TLanes>(x + i, half, cosine + i, sine + i);
                    }

                    for (; i < half; i++)
                    {
                        Turn<Lanes1>(x + i, half, cosine + i, sine + i);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Turn<L>(float* x, int half, float* cosine, float* sine)
            where L : struct, ILanes<L>
        {
            L a = L.Load(x);
            L b = L.Load(x + half);
            L c = L.Load(cosine);
            L s = L.Load(sine) * L.Splat(Sign);
            ((a * c) - (b * s)).Store(x);
            ((b * c) + (a * s)).Store(x + half);
        }
    }
}
