using Hone.Engine.Decoding;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Batches;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Training.Supervised;

/// <summary>One supervised update's figures.</summary>
/// <param name="Step">The update, from 1.</param>
/// <param name="Loss">Mean negative log-likelihood of the batch's completion tokens before the update, in nats.</param>
/// <param name="GradNorm">Norm of the gradient before clipping.</param>
/// <param name="LearningRate">The update's rate.</param>
/// <param name="Tokens">Completion tokens of the batch.</param>
public sealed record SftStep(int Step, double Loss, double GradNorm, double LearningRate, int Tokens);

/// <summary>
/// Supervised fine-tuning: the loss is on the completion only, averaged over the update's tokens. Of a model with adapters
/// these alone are trained, with their dropout.
/// </summary>
public sealed class SftTrainer : IDisposable
{
    private readonly Transformer _model;
    private readonly IReadOnlyList<TokenGroup> _rows;
    private readonly SftOptions _options;
    private readonly Optimizer _optimizer;
    private readonly Activations _activations;
    private readonly RowOrder _order;

    // Reused from pass to pass, so that an update allocates little, whatever the number of tokens.
    private readonly List<TokenGroup> _groups = [];
    private readonly MicroBatch _part = new();
    private readonly GrowingArray<float> _logProbs = new();
    private readonly GrowingArray<float> _entropies = new();
    private readonly GrowingArray<float> _dLogProbs = new();

    /// <summary>Prepares training of a model on tokenised rows of one completion each.</summary>
    public SftTrainer(Transformer model, IReadOnlyList<TokenGroup> rows, SftOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _model = model;
        _rows = rows;
        _options = options;
        _order = new RowOrder(rows.Count, options.BatchSize, (ulong)options.Seed);
        _optimizer = new Optimizer(model, options.Optimizer, options.Steps);
        _activations = new Activations(model.Config, options.Activations, options.MostPassRows(rows));
    }

    /// <summary>The optimizer, whose step says how many updates are made.</summary>
    public Optimizer Optimizer => _optimizer;

    /// <summary>Makes the next update.</summary>
    /// <exception cref="NotFiniteNumberException">A log-probability or the gradient's norm is NaN or infinite, and the weights are as
    /// they were; or the update made a weight that is.</exception>
    public SftStep Step()
    {
        int step = _optimizer.Step + 1;
        int tokens = 0;
        _groups.Clear();
        foreach (int row in _order.OfStep(step))
        {
            _groups.Add(_rows[row]);
            tokens += _rows[row].Completions[0].Length;
        }

        double loss = 0;
        long rows = 0;
        _optimizer.Clear();
        foreach (MicroBatch part in MicroBatch.Cut(_groups, _options.MicroBatchTokens, _part))
        {
            LeaveOut(new LoraDropout(RandomNumbers.Seed((ulong)_options.Seed, (ulong)step), rows));
            loss += Accumulate(part, tokens);
            rows += part.Tokens.Length;
        }

        LeaveOut(null);
        double rate = _optimizer.NextLearningRate;
        double norm = _optimizer.GradientNorm;
        RequireFinite(double.IsFinite(norm), "the gradient norm");
        _optimizer.Update(norm);
        RequireFinite(_optimizer.WeightsAreFinite, "a weight after the update");
        return new SftStep(step, loss, norm, rate, tokens);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _activations.Dispose();
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static void RequireFinite(bool isFinite, string what)
    {
        if (!isFinite)
        {
            throw new NotFiniteNumberException(what + " is not a finite number");
        }
    }

    private void LeaveOut(LoraDropout? dropout)
    {
        if (_model.Adapters is { } adapters)
        {
            adapters.Dropout = dropout;
        }
    }

    private double Accumulate(MicroBatch part, int tokens)
    {
        int count = part.Targets.Length;
        Span<float> logProbs = _logProbs.Take(count), dLogProbs = _dLogProbs.Take(count);
        _model.Forward(part.Tokens, part.Layout, _activations);
        _model.LogProbs(_activations, part.Rows, part.Targets, logProbs, _entropies.Take(count));
        RequireFinite(AreFinite(logProbs), "a log-probability");
        double loss = SupervisedLoss.Compute<float>(logProbs, tokens, dLogProbs);
        _model.Backward(
            part.Tokens, part.Layout, _activations, part.Rows, part.Targets, dLogProbs, _optimizer.Gradients);
        return loss;
    }
}
