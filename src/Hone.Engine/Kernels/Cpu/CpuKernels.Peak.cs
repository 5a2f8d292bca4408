using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override long MultiplyAddInRegisters(int rounds)
    {
        float* sink = _rowScratch.Take(Arena.RoundUp(Threads * TLanes.Count)).Pointer;
        var job = new RegisterJob { Rounds = rounds, Sink = sink };
        _workers.Run(ref job, Threads);
        return 2L * RegisterJob.Chains * TLanes.Count * rounds * Threads;
    }

    // Twelve independent chains hide the latency of two multiply-add units; nothing is loaded or stored on the way.
    private struct RegisterJob : IParallelJob
    {
        public const int Chains = 12;
        public int Rounds;
        public float* Sink;

        public readonly void Execute(int item, int worker)
        {
            TLanes a = TLanes.Splat(0.999f), b = TLanes.Splat(1e-3f);
            TLanes c0 = b, c1 = a, c2 = b, c3 = a, c4 = b, c5 = a, c6 = b, c7 = a, c8 = b, c9 = a, c10 = b, c11 = a;
            for (int i = 0; i < Rounds; i++)
            {
                c0 = TLanes.MultiplyAdd(c0, a, b);
                c1 = TLanes.MultiplyAdd(c1, a, b);
                c2 = TLanes.MultiplyAdd(c2, a, b);
                c3 = TLanes.MultiplyAdd(c3, a, b);
                c4 = TLanes.MultiplyAdd(c4, a, b);
                c5 = TLanes.MultiplyAdd(c5, a, b);
                c6 = TLanes.MultiplyAdd(c6, a, b);
                c7 = TLanes.MultiplyAdd(c7, a, b);
                c8 = TLanes.MultiplyAdd(c8, a, b);
                c9 = TLanes.MultiplyAdd(c9, a, b);
                c10 = TLanes.MultiplyAdd(c10, a, b);
                c11 = TLanes.MultiplyAdd(c11, a, b);
            }

            TLanes sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
            sum.Store(Sink + (item * TLanes.Count));
        }
    }
}
