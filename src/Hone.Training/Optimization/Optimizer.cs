using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Training.Optimization;

/// <summary>
/// The gradients of a model and AdamW's moments; one update at a time. Of a model with adapters these alone are trained, and
/// the base has neither gradients nor moments.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private readonly Transformer _model;
    private readonly OptimizerOptions _options;
    private readonly int _steps;
    private readonly ITensorSet _trained;
    private readonly ParameterUpdate[] _updates;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="options">AdamW's settings.</param>
    /// <param name="steps">All updates of the run, for the schedule.</param>
    public Optimizer(Transformer model, OptimizerOptions options, int steps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _model = model;
        _options = options;
        _steps = steps;
        _trained = model.Adapters is { } adapters ? adapters.Values : model.Parameters;
        Gradients = Alike(model);
        FirstMoment = Alike(model);
        SecondMoment = Alike(model);
        _updates = [.. _trained.Items.Select(item => new ParameterUpdate(
            _trained[item.Name], Gradients[item.Name], FirstMoment[item.Name], SecondMoment[item.Name],
            item.Decays ? (float)options.WeightDecay : 0f))];
    }

    /// <summary>Updates made, and those left out.</summary>
    public int Step { get; internal set; }

    /// <summary>Where backward passes add.</summary>
    public ITensorSet Gradients { get; }

    /// <summary>What the updates change.</summary>
    internal Transformer Model => _model;

    internal ITensorSet FirstMoment { get; }

    internal ITensorSet SecondMoment { get; }

    /// <summary>The learning rate of the next update.</summary>
    public double NextLearningRate => LearningRate.At(
        Step + 1, _steps, _options.WarmupSteps, _options.LearningRate, _options.LowestShare, _options.Schedule);

    /// <summary>Clears the gradients for the next batch.</summary>
    public void Clear() => Gradients.All.Clear();

    /// <summary>The norm of the whole gradient before clipping.</summary>
    public double GradientNorm => Math.Sqrt(_model.Kernels.SumOfSquares(Gradients.All));

    /// <summary>Whether no trained weight is NaN or infinite.</summary>
    public bool WeightsAreFinite => double.IsFinite(_model.Kernels.SumOfSquares(_trained.All));

    /// <summary>Clips, updates the weights and packs them anew.</summary>
    /// <returns>The norm of the whole gradient before clipping.</returns>
    public double Update()
    {
        double norm = GradientNorm;
        Update(norm);
        return norm;
    }

    /// <summary>The same where the gradient's norm is known.</summary>
    /// <param name="norm">Of the whole gradient before clipping.</param>
    public void Update(double norm)
    {
        double limit = _options.MaxGradNorm;
        float scale = limit > 0 && norm > limit ? (float)(limit / norm) : 1f;
        double rate = NextLearningRate;
        Step++;
        var update = new AdamWStep(Step, rate, _options.Beta1, _options.Beta2, _options.Epsilon);
        foreach (ParameterUpdate item in _updates)
        {
            _model.Kernels.AdamW(
                item.Weights, item.Gradient, item.FirstMoment, item.SecondMoment, update, scale, item.WeightDecay);
        }

        if (_model.Adapters is { } adapters)
        {
            adapters.ValuesChanged();
        }
        else
        {
            _model.WeightsChanged();
        }
    }

    /// <summary>Leaves the next update out: weights and moments stay as they are, the step counts.</summary>
    public void Skip() => Step++;

    /// <inheritdoc/>
    public void Dispose()
    {
        Gradients.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }

    private static ITensorSet Alike(Transformer model) => model.Adapters is { } adapters
        ? new LoraParameters(adapters.Values.Layout)
        : new ParameterSet(model.Config);

    /// <summary>One parameter with all that AdamW reads of it: looked up once, for a look-up by name allocates.</summary>
    private readonly record struct ParameterUpdate(
        Tensor Weights, Tensor Gradient, Tensor FirstMoment, Tensor SecondMoment, float WeightDecay);
}
