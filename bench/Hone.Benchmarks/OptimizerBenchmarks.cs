using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>AdamW and the gradient's norm over as many weights as one transformer block has.</summary>
public class OptimizerBenchmarks : KernelBenchmark
{
    private static readonly AdamWStep Step = new(1, 1e-3, 0.9, 0.99, 1e-8);

    private Tensor _parameter;
    private Tensor _gradient;
    private Tensor _firstMoment;
    private Tensor _secondMoment;

    /// <summary>One update.</summary>
    [Benchmark]
    public void AdamW() => Kernels.AdamW(
        _parameter, _gradient, _firstMoment, _secondMoment, Step, gradientScale: 1, weightDecay: 0.01f);

    /// <summary>The sum of squares of the gradient.</summary>
    [Benchmark]
    public double SumOfSquares() => Kernels.SumOfSquares(_gradient);

    /// <summary>AdamW reads four tensors and writes three; the norm reads one.</summary>
    public override Work WorkOf(string benchmark) =>
        Work.Floats((benchmark == nameof(AdamW) ? 7.0 : 1.0) * Shape.LayerWeights);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _parameter = Filled(Shape.LayerWeights);
        _gradient = Filled(Shape.LayerWeights);
        _firstMoment = Zeros(Shape.LayerWeights);
        _secondMoment = Zeros(Shape.LayerWeights);
    }
}
