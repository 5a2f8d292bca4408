using Hone.Engine.Model;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Cli.Benchmarks;

/// <summary>Forward and backward over the passes of a batch, then AdamW, again and again.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly Transformer _model;
    private readonly Optimizer _optimizer;
    private readonly Activations _activations;
    private readonly IReadOnlyList<BenchmarkPass> _passes;
    private readonly float[] _logProbs;
    private readonly float[] _entropies;
    private readonly float[] _dLogProbs;

    /// <summary>A step over all passes together.</summary>
    public TrainingStep(Transformer model, IReadOnlyList<BenchmarkPass> passes)
    {
        _model = model;
        _optimizer = new Optimizer(model, new OptimizerOptions { LearningRate = 1e-5 }, int.MaxValue);
        _activations = new Activations(model.Config, ActivationMode.Keep);
        _passes = passes;
        int targets = passes.Max(pass => pass.Targets.Length);
        _logProbs = new float[targets];
        _entropies = new float[targets];
        _dLogProbs = new float[targets];
    }

    /// <summary>Log-probs of all targets, in order, under the present weights.</summary>
    public float[] LogProbs()
    {
        var all = new List<float>();
        foreach (BenchmarkPass pass in _passes)
        {
            all.AddRange(Forward(pass));
        }

        return [.. all];
    }

    public void Run()
    {
        _optimizer.Clear();
        int targets = _passes.Sum(pass => pass.Targets.Length);
        foreach (BenchmarkPass pass in _passes)
        {
            Span<float> logProbs = Forward(pass), dLogProbs = _dLogProbs.AsSpan(0, logProbs.Length);
            SupervisedLoss.Compute<float>(logProbs, targets, dLogProbs);
            _model.Backward(
                pass.Tokens, pass.Layout, _activations, pass.Rows, pass.Targets, dLogProbs, _optimizer.Gradients);
        }

        _optimizer.Update();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _activations.Dispose();
    }

    private Span<float> Forward(BenchmarkPass pass)
    {
        int targets = pass.Targets.Length;
        Span<float> logProbs = _logProbs.AsSpan(0, targets);
        _model.Forward(pass.Tokens, pass.Layout, _activations);
        _model.LogProbs(_activations, pass.Rows, pass.Targets, logProbs, _entropies.AsSpan(0, targets));
        return logProbs;
    }
}
