using BenchmarkDotNet.Attributes;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>The gated activation of the feed-forward layer, and its gradient.</summary>
public class SwiGluBenchmarks : KernelBenchmark
{
    private Tensor _gateUp;
    private Tensor _y;
    private Tensor _gradient;

    /// <summary>y from gate and up.</summary>
    [Benchmark]
    public void Forward() => Kernels.SwiGlu(_gateUp, Shape.Tokens, Shape.FeedForward, _y);

    /// <summary>The gradients of gate and up from dy, gate and up, and y in place of dy.</summary>
    [Benchmark]
    public void Backward() => Kernels.SwiGluBackward(_y, _gateUp, Shape.Tokens, Shape.FeedForward, _gradient, _y);

    /// <summary>Two floats read and one written per element forward, three and three backward.</summary>
    public override Work WorkOf(string benchmark) =>
        Work.Floats((benchmark == nameof(Backward) ? 6.0 : 3.0) * Shape.Tokens * Shape.FeedForward);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _gateUp = Filled(2L * Shape.Tokens * Shape.FeedForward);
        _y = Filled((long)Shape.Tokens * Shape.FeedForward);
        _gradient = Zeros(_gateUp.Length);
    }
}
