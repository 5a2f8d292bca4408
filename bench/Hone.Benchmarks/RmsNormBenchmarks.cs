using BenchmarkDotNet.Attributes;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>The norm of every token's hidden state, and its gradient.</summary>
public class RmsNormBenchmarks : KernelBenchmark
{
    private const float Epsilon = 1e-6f;

    private Tensor _x;
    private Tensor _y;
    private Tensor _dx;
    private Tensor _weight;
    private Tensor _dWeight;

    /// <summary>y from x.</summary>
    [Benchmark]
    public void Forward() => Kernels.RmsNorm(_x, _weight, Epsilon, Shape.Tokens, 1, Shape.Hidden, Shape.Hidden, _y);

    /// <summary>dx from dy and x.</summary>
    [Benchmark]
    public void Backward() => Kernels.RmsNormBackward(
        _y, _x, _weight, Epsilon, Shape.Tokens, 1, Shape.Hidden, Shape.Hidden, _dx, _dWeight);

    /// <summary>One tensor read and one written forward, two and one backward.</summary>
    public override Work WorkOf(string benchmark) =>
        Work.Floats((benchmark == nameof(Backward) ? 3.0 : 2.0) * Shape.Tokens * Shape.Hidden);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _x = Filled((long)Shape.Tokens * Shape.Hidden);
        _y = Filled(_x.Length);
        _dx = Zeros(_x.Length);
        _weight = Filled(Shape.Hidden);
        _dWeight = Zeros(Shape.Hidden);
    }
}
