using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>The product with a weight matrix, its two gradients, and the product of one token per sequence.</summary>
public class MatMulBenchmarks : KernelBenchmark
{
    private Tensor _x;
    private Tensor _y;
    private Tensor _dWeight;
    private PackedMatrix _weight = null!;
    private PackedMatrix _transposed = null!;

    /// <summary>A matrix of the feed-forward layer.</summary>
    public enum Matrix
    {
        /// <summary>Hidden size to gate and up.</summary>
        GateUp,

        /// <summary>Feed-forward size to hidden size.</summary>
        Down,
    }

    /// <summary>The matrix.</summary>
    [Params(Matrix.GateUp, Matrix.Down)]
    public Matrix Weight { get; set; }

    private int Inputs => Weight == Matrix.GateUp ? Shape.Hidden : Shape.FeedForward;

    private int Outputs => Weight == Matrix.GateUp ? 2 * Shape.FeedForward : Shape.Hidden;

    /// <summary>y = x W^T over the batch.</summary>
    [Benchmark]
    public void Forward() => Kernels.MatMul(_x, _weight, default, default, Shape.Tokens, _y);

    /// <summary>dx = dy W.</summary>
    [Benchmark]
    public void BackwardInput() => Kernels.MatMul(_y, _transposed, default, default, Shape.Tokens, _x);

    /// <summary>dW += dy^T x.</summary>
    [Benchmark]
    public void BackwardWeight() => Kernels.MatMulBackwardWeight(_y, _x, Shape.Tokens, Inputs, Outputs, _dWeight);

    /// <summary>y = x W^T for one token of each sequence.</summary>
    [Benchmark]
    public void Decode() => Kernels.MatMul(
        _x.Slice(0, (long)Shape.Batch * Inputs), _weight, default, default, Shape.Batch,
        _y.Slice(0, (long)Shape.Batch * Outputs));

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        int rows = benchmark == nameof(Decode) ? Shape.Batch : Shape.Tokens;
        return Work.Operations(2.0 * rows * Inputs * Outputs);
    }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _x = Filled((long)Shape.Tokens * Inputs);
        _y = Filled((long)Shape.Tokens * Outputs);
        _dWeight = Zeros((long)Inputs * Outputs);
        Tensor weight = Filled((long)Inputs * Outputs);
        _weight = Own(new PackedMatrix(Outputs, Inputs));
        _transposed = Own(new PackedMatrix(Inputs, Outputs));
        Kernels.Pack(weight, _weight);
        Kernels.PackTransposed(weight, _transposed);
    }
}
