using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>What benchmarks of kernels share: shapes, threads, and tensors that live as long as a case.</summary>
public abstract class KernelBenchmark
{
    private readonly List<IDisposable> _owned = [];
    private readonly Random _random = new(1);

    /// <summary>The shapes that are measured: a small model of long batches and a wide one.</summary>
    public static IEnumerable<ModelShape> Shapes =>
        [new(128, 4, 4, 2, 384, 64, 256, 64), new(896, 4, 14, 2, 4864, 8192, 8, 128)];

    /// <summary>The model and the batch.</summary>
    [ParamsSource(nameof(Shapes))]
    public ModelShape Shape { get; set; } = null!;

    /// <summary>Threads of the kernels.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The kernels under measurement.</summary>
    protected Kernels Kernels { get; private set; } = null!;

    /// <summary>Makes the kernels and the case's tensors.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Kernels = Own(Kernels.OnCpu(Threads));
        Prepare();
    }

    /// <summary>Frees what <see cref="Setup"/> made.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _owned.ForEach(item => item.Dispose());
        _owned.Clear();
    }

    /// <summary>The work of one call of the named benchmark, from the parameters alone.</summary>
    public abstract Work WorkOf(string benchmark);

    /// <summary>Makes the case's tensors.</summary>
    protected abstract void Prepare();

    /// <summary>Keeps <paramref name="item"/> until the case ends.</summary>
    protected T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    /// <summary>A tensor of zeros.</summary>
    protected Tensor Zeros(long length) => Own(new Arena(length)).Take(length);

    /// <summary>A tensor of numbers between -1/2 and 1/2, the same in every run.</summary>
    protected Tensor Filled(long length)
    {
        Tensor tensor = Zeros(length);
        foreach (ref float value in tensor.Span)
        {
            value = _random.NextSingle() - 0.5f;
        }

        return tensor;
    }
}
