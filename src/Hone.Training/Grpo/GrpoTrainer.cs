using System.Runtime.InteropServices;
using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Selection;
using Hone.Training.Batches;
using Hone.Training.Losses;
using Hone.Training.Optimization;
using Hone.Training.Rewards;

namespace Hone.Training.Grpo;

/// <summary>
/// Group relative policy optimization (Shao et al. 2024, arXiv 2402.03300): sample a group of completions per prompt, reward
/// them, and push the policy towards those above their group's mean. The log-probabilities recorded while sampling are
/// those of the training pass bit for bit, so no second pass computes the old policy and the first ratio is exactly 1.
/// </summary>
public sealed class GrpoTrainer : IDisposable
{
    private static readonly PolicyLossMetrics Unknown = new() { Loss = double.NaN };

    private readonly Transformer _policy;
    private readonly Transformer? _reference;
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<TrainingPrompt> _prompts;
    private readonly WeightedReward _reward;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly GrpoOptions _options;
    private readonly Decoder _decoder;
    private readonly Activations _activations;
    private readonly TimeProvider _time;
    private readonly RowOrder _order;

    // Reused from pass to pass, so that an update allocates little, whatever the number of tokens.
    private readonly List<TokenGroup> _groups = [];
    private readonly List<Rollout> _rollouts = [];
    private readonly MicroBatch _part = new();
    private readonly LossInputs _inputs = new();
    private readonly GrowingArray<float> _logProbs = new();
    private readonly GrowingArray<float> _entropies = new();
    private readonly GrowingArray<float> _dLogProbs = new();

    /// <summary>Prepares a run.</summary>
    /// <param name="policy">The model to train; where it has adapters, these alone.</param>
    /// <param name="reference">
    /// A frozen model to measure the KL divergence from, or null. A policy with adapters needs none: without them it is its own.
    /// </param>
    /// <param name="tokenizer">The policy's tokenizer.</param>
    /// <param name="prompts">The training set.</param>
    /// <param name="reward">What a completion is worth.</param>
    /// <param name="endTokens">Ids that end a completion.</param>
    /// <param name="options">Settings, without problems.</param>
    /// <param name="time">The clock of the timings in the metrics.</param>
    public GrpoTrainer(
        Transformer policy, Transformer? reference, Tokenizer tokenizer, IReadOnlyList<TrainingPrompt> prompts,
        WeightedReward reward, IReadOnlyList<int> endTokens, GrpoOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Loss.KlCoefficient > 0 && reference is null && policy.Adapters is null)
        {
            throw new ArgumentException("A KL coefficient needs a reference model.", nameof(reference));
        }

        if (policy.Adapters is { Config.Dropout: > 0 })
        {
            throw new ArgumentException(
                "With dropout a training pass is not the policy that was sampled from, and ratios are not exact.", nameof(policy));
        }

        _policy = policy;
        _reference = reference;
        _tokenizer = tokenizer;
        _prompts = prompts;
        _reward = reward;
        _endTokens = endTokens;
        _options = options;
        _time = time;
        _order = new RowOrder(prompts.Count, options.PromptsPerStep, (ulong)options.Seed);
        _decoder = new Decoder(policy, options.DecodingRows);
        _activations = new Activations(
            policy.Config, options.Activations, options.MostPassRows(prompts.Max(prompt => prompt.Tokens.Length)));
        Optimizer = new Optimizer(policy, options.Optimizer, options.Steps);
        Guard = new UpdateGuard(options.Guard);
    }

    /// <summary>Gradients, moments and the number of updates made.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What keeps updates from being made whose numbers are not sound.</summary>
    public UpdateGuard Guard { get; }

    /// <summary>
    /// Samples the next batch and makes its updates; <paramref name="record"/> is told of each, also of one that was left out.
    /// </summary>
    /// <returns>The fault that ends the run, or null. The update that it is of is not recorded.</returns>
    public UpdateFault? Step(Action<StepMetrics, RolloutBatch> record)
    {
        ArgumentNullException.ThrowIfNull(record);
        long start = _time.GetTimestamp();
        RolloutBatch batch = Sample(Optimizer.Step + 1);
        GiveAdvantages(batch);
        MeasureReference(batch);
        double sampling = _time.GetElapsedTime(start).TotalSeconds;
        for (int update = 0; update < _options.UpdatesPerBatch && Optimizer.Step < _options.Steps; update++)
        {
            long begun = _time.GetTimestamp();
            Optimizer.Clear();
            (PolicyLossMetrics loss, string? problem) = AccumulateGradients(batch);
            double rate = Optimizer.NextLearningRate, norm = problem is null ? Optimizer.GradientNorm : double.NaN;
            UpdateFault? fault = Guard.Judge(batch, Optimizer.Step + 1, problem, loss.Loss, norm);
            if (fault is null)
            {
                Optimizer.Update(norm);
                fault = Optimizer.WeightsAreFinite ? null : Broken(batch, loss, norm);
            }
            else if (!fault.Stops)
            {
                Optimizer.Skip();
            }

            if (fault is { Stops: true })
            {
                return fault;
            }

            double training = _time.GetElapsedTime(begun).TotalSeconds;
            record(
                StepMetrics.Of(batch, Optimizer.Step, loss, norm, rate, update == 0 ? sampling : 0, training, Guard.Skipped, fault), batch);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        _activations.Dispose();
        Optimizer.Dispose();
    }

    private RolloutBatch Sample(int step)
    {
        // A batch that serves several updates moves on by one in the order of prompts, not by several.
        int batch = ((step - 1) / _options.UpdatesPerBatch) + 1;
        TrainingPrompt[] prompts = [.. _order.OfStep(batch).Select(row => _prompts[row])];
        GenerationRequest[] requests = [.. prompts.Select(
            (prompt, place) => new GenerationRequest(prompt.Tokens, Seeds(step, place, prompt), _options.MaxCompletionTokens))];

        // Embeddings can have more rows than the tokenizer has tokens; those are never drawn.
        SamplingRule rule = _options.Sampling with { VocabularyLimit = _tokenizer.VocabularySize };
        IReadOnlyList<Completion> completions = _decoder.Generate(requests, rule, _endTokens);
        return new RolloutBatch(step, _options.GroupSize, [.. completions.Select(c => Judge(prompts[c.Request], c))]);
    }

    // The place in the batch joins the key, for a batch larger than the data set holds a prompt twice.
    private ulong[] Seeds(int step, int place, TrainingPrompt prompt) =>
        [.. Enumerable.Range(0, _options.GroupSize).Select(sample => RandomNumbers.Seed(
            (ulong)_options.Seed, (ulong)step, RandomNumbers.Hash(prompt.Row.Id), (ulong)place, (ulong)sample))];

    private Rollout Judge(TrainingPrompt prompt, Completion completion)
    {
        string text = _tokenizer.DecodeContinuation(completion.Tokens);
        var input = new RewardInput(prompt.Row.Prompt, text, prompt.Row.Answer, completion.Truncated);
        return new Rollout(prompt, completion, text, _reward.Judge(input));
    }

    private void GiveAdvantages(RolloutBatch batch)
    {
        double[] values = [.. batch.Items.Select(rollout => rollout.Verdict.Total)];
        AdvantageScale scale = _options.ScaleAdvantages ? AdvantageScale.StandardDeviation : AdvantageScale.None;
        Advantages.OfBatch<double>(values, batch.GroupSize, values, scale);
        for (int i = 0; i < values.Length; i++)
        {
            batch.Items[i].Advantage = values[i];
        }
    }

    private void MeasureReference(RolloutBatch batch)
    {
        if (_reference is not null)
        {
            MeasureReference(batch, _reference);
        }
        else if (_options.Loss.KlCoefficient > 0)
        {
            _policy.AdaptersOn = false;
            try
            {
                MeasureReference(batch, _policy);
            }
            finally
            {
                _policy.AdaptersOn = true;
            }
        }
    }

    private void MeasureReference(RolloutBatch batch, Transformer reference)
    {
        foreach (MicroBatch part in MicroBatch.Cut(batch.Groups, _options.MicroBatchTokens, _part))
        {
            ReadOnlySpan<float> logProbs = LogProbs(reference, part);
            for (int i = 0; i < part.Completions; i++)
            {
                batch.Items[part.FirstCompletion + i].ReferenceLogProbs = logProbs[part.Starts[i]..part.Starts[i + 1]].ToArray();
            }
        }
    }

    private UpdateFault Broken(RolloutBatch batch, PolicyLossMetrics loss, double norm) =>
        new(batch, Optimizer.Step, "the update made a weight that is not a finite number")
        {
            Stops = true, WeightsAreGood = false, Loss = loss.Loss, GradNorm = norm, RecentNorms = Guard.State.Norms,
        };

    // A log-probability that is not finite ends the passes: the problem is then said in place of a loss.
    private (PolicyLossMetrics Loss, string? Problem) AccumulateGradients(RolloutBatch batch)
    {
        if (FiniteLogProbs.Problem(batch) is { } found)
        {
            return (Unknown, found);
        }

        // A group without variance has no advantage anywhere: without a KL term its gradient is exactly zero, so only its
        // size counts.
        bool needsAll = _options.Loss.KlCoefficient > 0;
        var size = new UpdateSize(batch.Tokens, batch.Items.Length);
        batch.Select(needsAll, _groups, _rollouts);
        PolicyLossMetrics metrics = PolicyLossMetrics.Empty;
        foreach (MicroBatch part in MicroBatch.Cut(_groups, _options.MicroBatchTokens, _part))
        {
            Span<Rollout> rollouts = CollectionsMarshal.AsSpan(_rollouts).Slice(part.FirstCompletion, part.Completions);
            _inputs.Take(rollouts, needsAll);
            ReadOnlySpan<float> logProbs = LogProbs(_policy, part);
            if (FiniteLogProbs.Problem(part, rollouts, logProbs) is { } problem)
            {
                return (Unknown, problem);
            }

            Span<float> dLogProbs = _dLogProbs.Take(logProbs.Length);
            metrics += PolicyLoss.Compute(
                logProbs, _inputs.Old, _inputs.Reference, _inputs.Advantages, part.Starts, size, _options.Loss, dLogProbs);
            _policy.Backward(
                part.Tokens, part.Layout, _activations, part.Rows, part.Targets, dLogProbs, Optimizer.Gradients);
        }

        return (metrics, null);
    }

    private ReadOnlySpan<float> LogProbs(Transformer model, MicroBatch part)
    {
        Span<float> logProbs = _logProbs.Take(part.Targets.Length);
        model.Forward(part.Tokens, part.Layout, _activations);
        model.LogProbs(_activations, part.Rows, part.Targets, logProbs, _entropies.Take(logProbs.Length));
        return logProbs;
    }
}
