using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Cli.Benchmarks;

/// <summary>Forward, backward and AdamW on one packed batch, again and again.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly Transformer _model;
    private readonly Optimizer _optimizer;
    private readonly Activations _activations;
    private readonly SequenceLayout _layout;
    private readonly int[] _tokens;
    private readonly int[] _rows;
    private readonly int[] _targets;
    private readonly float[] _logProbs;
    private readonly float[] _entropies;
    private readonly float[] _dLogProbs;

    /// <summary>A step over T tokens that predicts N targets from the hidden states of their rows.</summary>
    public TrainingStep(
        Transformer model, ReadOnlySpan<int> tokens, SequenceLayout layout, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets)
    {
        _model = model;
        _optimizer = new Optimizer(model, new OptimizerOptions { LearningRate = 1e-5 }, int.MaxValue);
        _activations = new Activations(model.Config, ActivationMode.Keep);
        _layout = layout;
        _tokens = [.. tokens];
        _rows = [.. rows];
        _targets = [.. targets];
        _logProbs = new float[rows.Length];
        _entropies = new float[rows.Length];
        _dLogProbs = new float[rows.Length];
    }

    /// <summary>(N) log-probs of the targets under the present weights.</summary>
    public float[] LogProbs()
    {
        Forward();
        return [.. _logProbs];
    }

    public void Run()
    {
        _optimizer.Clear();
        Forward();
        SupervisedLoss.Compute<float>(_logProbs, _logProbs.Length, _dLogProbs);
        _model.Backward(_tokens, _layout, _activations, _rows, _targets, _dLogProbs, _optimizer.Gradients);
        _optimizer.Update();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _activations.Dispose();
    }

    private void Forward()
    {
        _model.Forward(_tokens, _layout, _activations);
        _model.LogProbs(_activations, _rows, _targets, _logProbs, _entropies);
    }
}
