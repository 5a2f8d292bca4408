using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>Head and log-softmax of every token of the batch, and their gradient.</summary>
public class LogProbBenchmarks : KernelBenchmark
{
    private Tensor _hidden;
    private Tensor _dHidden;
    private Tensor _dHead;
    private PackedMatrix _head = null!;
    private PackedMatrix _transposed = null!;
    private int[] _rows = [];
    private int[] _targets = [];
    private float[] _logProbs = [];
    private float[] _entropies = [];
    private float[] _gradient = [];

    /// <summary>The log-probability of each token's target and the entropy there.</summary>
    [Benchmark]
    public void Forward() => Kernels.LogProbs(_hidden, _rows, _targets, _head, _logProbs, _entropies);

    /// <summary>The gradients of the hidden states and of the head.</summary>
    [Benchmark]
    public void Backward() => Kernels.LogProbsBackward(
        _gradient, _hidden, Shape.Tokens, _rows, _targets, _head, _transposed, _dHidden, _dHead);

    /// <summary>One product forward, three backward (the logits again and two gradients).</summary>
    public override Work WorkOf(string benchmark) => Work.Operations(
        (benchmark == nameof(Backward) ? 3 : 1) * 2.0 * Shape.Tokens * Shape.Hidden * Shape.Vocabulary);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _hidden = Filled((long)Shape.Tokens * Shape.Hidden);
        _dHidden = Zeros(_hidden.Length);
        Tensor head = Filled((long)Shape.Vocabulary * Shape.Hidden);
        _dHead = Zeros(head.Length);
        _head = Own(new PackedMatrix(Shape.Vocabulary, Shape.Hidden));
        _transposed = Own(new PackedMatrix(Shape.Hidden, Shape.Vocabulary));
        Kernels.Pack(head, _head);
        Kernels.PackTransposed(head, _transposed);
        _rows = [.. Enumerable.Range(0, Shape.Tokens)];
        _targets = [.. _rows.Select(row => row % Shape.Vocabulary)];
        _logProbs = new float[Shape.Tokens];
        _entropies = new float[Shape.Tokens];
        _gradient = new float[Shape.Tokens];
        Array.Fill(_gradient, 1f / Shape.Tokens);
    }
}
