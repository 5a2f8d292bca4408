using System.Runtime.CompilerServices;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void SwiGlu(Tensor gateUp, int T, int F, Tensor y)
    {
        Require(gateUp, 2L * T * F, nameof(gateUp));
        Require(y, (long)T * F, nameof(y));
        var job = new SwiGluJob { GateUp = gateUp.Pointer, Y = y.Pointer, T = T, F = F };
        _workers.Run(ref job, Blocks(T, TokensPerItem));
    }

    public override void SwiGluBackward(Tensor dy, Tensor gateUp, int T, int F, Tensor dGateUp, Tensor y)
    {
        Require(dy, (long)T * F, nameof(dy));
        Require(gateUp, 2L * T * F, nameof(gateUp));
        Require(dGateUp, 2L * T * F, nameof(dGateUp));
        Require(y, (long)T * F, nameof(y));
        var job = new SwiGluJob
        {
            GateUp = gateUp.Pointer, DY = dy.Pointer, DGateUp = dGateUp.Pointer, Y = y.Pointer, T = T, F = F, Backward = true,
        };
        _workers.Run(ref job, Blocks(T, TokensPerItem));
    }

    private struct SwiGluJob : IParallelJob
    {
        public float* GateUp, Y, DY, DGateUp;
        public int T, F;
        public bool Backward;

        public void Execute(int item, int worker)
        {
            int end = Math.Min(T, (item + 1) * TokensPerItem);
            for (int t = item * TokensPerItem; t < end; t++)
            {
                int i = 0;
                for (; i <= F - TLanes.Count; i += TLanes.Count)
                {
                    Element<TLanes>(t, i);
                }

                for (; i < F; i++)
                {
                    Element<Lanes1>(t, i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Element<L>(int t, int i)
            where L : struct, ILanes<L>
        {
            float* gateUp = GateUp + (2L * t * F) + i;
            L gate = L.Load(gateUp);
            L up = L.Load(gateUp + F);
            L one = L.Splat(1f);
            L sigmoid = one / (one + Exponential.Of(L.Zero - gate));
            L silu = gate * sigmoid;
            long place = ((long)t * F) + i;
            if (!Backward)
            {
                (silu * up).Store(Y + place);
                return;
            }

            // d silu / d gate = s * (1 + gate * (1 - s)). Y may be DY, so dy is read first.
            L dy = L.Load(DY + place);
            float* dGateUp = DGateUp + (2L * t * F) + i;
            (dy * up * (sigmoid * L.MultiplyAdd(gate, one - sigmoid, one))).Store(dGateUp);
            (dy * silu).Store(dGateUp + F);
            (silu * up).Store(Y + place);
        }
    }
}
