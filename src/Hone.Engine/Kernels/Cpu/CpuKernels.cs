using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>The kernels on the processor, compiled for one lane width; each partial file holds one of them.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile> : Kernels
    where TLanes : struct, ILanes<TLanes>
    where TTile : struct, ITile
{
    private readonly Workers _workers;
    private readonly GrowingTensor _packed = new();
    private readonly GrowingTensor _packedTiles = new();
    private readonly GrowingTensor _gathered = new();
    private readonly GrowingTensor _logits = new();
    private readonly GrowingTensor _rowScratch = new();
    private readonly GrowingTensor[] _workerScratch;
    private readonly Arena _workerScratchPointers;

    public CpuKernels(int threads, KernelPath path)
    {
        Path = path;
        _workers = new Workers(threads);
        _workerScratch = new GrowingTensor[threads];
        for (int i = 0; i < threads; i++)
        {
            _workerScratch[i] = new GrowingTensor();
        }

        _workerScratchPointers = new Arena(2L * threads);
        WorkerScratch = (float**)_workerScratchPointers.Take(2L * threads).Pointer;
    }

    public override int Threads => _workers.Count;

    public override KernelPath Path { get; }

    // (threads) each worker's own scratch, in native memory because jobs cross threads as pointers.
    private float** WorkerScratch { get; }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        _workers.Dispose();
        _packed.Dispose();
        _packedTiles.Dispose();
        _gathered.Dispose();
        _logits.Dispose();
        _rowScratch.Dispose();
        _workerScratchPointers.Dispose();
        foreach (GrowingTensor scratch in _workerScratch)
        {
            scratch.Dispose();
        }
    }

    private void ReserveWorkerScratch(long length)
    {
        for (int i = 0; i < Threads; i++)
        {
            WorkerScratch[i] = _workerScratch[i].Take(length).Pointer;
        }
    }

    /// <summary>Checks a shape where it enters the kernels, once per call.</summary>
    private static void Require(Tensor tensor, long length, string name)
    {
        if (tensor.Length < length)
        {
            throw new ArgumentException($"{name} has {tensor.Length} elements; this shape needs {length}.", name);
        }
    }

    private static int Blocks(int items, int size) => (items + size - 1) / size;
}
