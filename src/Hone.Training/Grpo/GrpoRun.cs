using System.Numerics;
using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Checkpoints;
using Hone.Training.Evaluation;
using Hone.Training.Ranking;

namespace Hone.Training.Grpo;

/// <summary>A GRPO run with its folder: every step's rollouts and metrics, and a checkpoint every few steps.</summary>
public sealed class GrpoRun
{
    private readonly GrpoTrainer _trainer;
    private readonly Transformer _policy;
    private readonly Tokenizer _tokenizer;
    private readonly RunFolder _folder;
    private readonly GrpoOptions _options;
    private long _savedAt;

    /// <summary>Puts a trainer and a folder together.</summary>
    public GrpoRun(GrpoTrainer trainer, Transformer policy, Tokenizer tokenizer, RunFolder folder, GrpoOptions options)
    {
        _trainer = trainer;
        _policy = policy;
        _tokenizer = tokenizer;
        _folder = folder;
        _options = options;
    }

    /// <summary>Updates between checkpoints; the last update always has one.</summary>
    public int SaveEvery { get; init; } = 10;

    /// <summary>Minutes after which a checkpoint is written at the end of a step, though none is due; 0 for never.</summary>
    public int SaveMinutes { get; init; }

    /// <summary>The clock that says when these are over.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The name or folder of the model that the policy's adapters belong to, where it has some.</summary>
    public string BaseModel { get; init; } = "";

    /// <summary>The type of a checkpoint's weights; null for that of the model's own files.</summary>
    public TensorDataType? SaveAs { get; init; }

    /// <summary>Whether rollouts are recorded with their text.</summary>
    public bool SaveText { get; init; } = true;

    /// <summary>Whether rollouts are recorded with their tokens.</summary>
    public bool RecordTokens { get; init; } = true;

    /// <summary>What is evaluated on the way, where anything is.</summary>
    public HeldOutEvaluation? HeldOut { get; init; }

    /// <summary>Told of each held-out result, before the update that it follows is shown.</summary>
    public Action<EvalLine>? Evaluated { get; init; }

    /// <summary>The run's own ranking, which may keep its best checkpoints alone and end it early; null for none.</summary>
    public RunRanking? Ranking { get; init; }

    /// <summary>Told of each checkpoint that was due, before the update that it follows is shown.</summary>
    public Action<SavedCheckpoint>? Saved { get; init; }

    /// <summary>
    /// Trains to the last step, or to the end of a step once the ranking has reached a plateau or <paramref name="cancel"/> asks;
    /// then the state is saved, so that the run can go on.
    /// </summary>
    /// <param name="shown">Told of each update.</param>
    /// <param name="warned">Told of updates that were left out, of metrics that are not finite, and of checkpoints that could not be
    /// deleted.</param>
    /// <param name="cancel">Ends the run early.</param>
    /// <exception cref="IOException">The disk has no room for the next checkpoint, or something could not be written; what was
    /// written before is whole.</exception>
    /// <returns>The fault that ended the run, or null. The state is saved then where the weights are good and a run can go on from
    /// it.</returns>
    public UpdateFault? Train(Action<StepMetrics> shown, Action<string> warned, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(warned);
        using MetricsWriter metrics = MetricsWriter.Open(_folder.MetricsFile, _trainer.Optimizer.Step);
        _savedAt = Time.GetTimestamp();
        if (_trainer.Optimizer.Step > 0)
        {
            Ranking?.Resume(_trainer.Optimizer.Step, IsDue);
            Keep(_trainer.Optimizer.Step, warned);
        }

        if (HeldOut is not null && !EvaluatedBefore(_trainer.Optimizer.Step))
        {
            Evaluate(_trainer.Optimizer.Step, cancel);
        }

        UpdateFault? fault = null;
        while (fault is null && _trainer.Optimizer.Step < _options.Steps && Ranking?.Plateau is null && !cancel.IsCancellationRequested)
        {
            fault = _trainer.Step((step, batch) => Record(step, batch, metrics, shown, warned, cancel)) ?? _trainer.Guard.GivenUp;
        }

        if (fault is { Stops: true })
        {
            FaultFile.Write(_folder.FaultFile(fault.Step), fault);
        }

        if (fault is null || (fault.WeightsAreGood && EndsBatch(_trainer.Optimizer.Step)))
        {
            SaveCheckpoint(_trainer.Optimizer.Step, metrics);
            Keep(_trainer.Optimizer.Step, warned);
        }

        return fault;
    }

    private void Record(
        StepMetrics step, RolloutBatch batch, MetricsWriter metrics, Action<StepMetrics> shown, Action<string> warned,
        CancellationToken cancel)
    {
        if (step.Step == batch.Step)
        {
            RolloutLine[] lines = [.. RolloutLines.Of(batch, _options.Sampling.Temperature, SaveText, RecordTokens)];
            RolloutFile.Write(_folder.RolloutFile(batch.Step), lines);
            Ranking?.Take(lines);
        }

        bool due = IsDue(step.Step);
        CheckpointScore? score = due ? Ranking?.Score(step.Step) : null;
        IEnumerable<KeyValuePair<string, double>> values = score is null ? step.Values : [.. step.Values, .. RunRanking.Metrics(score)];
        IReadOnlyList<string> notFinite = metrics.Append(step.Step, values);
        if (step.Fault is { } fault)
        {
            FaultFile.Write(_folder.FaultFile(step.Step), fault);
            warned($"step {step.Step}: the update was left out, for {fault.Reason}; its batch is in {_folder.FaultFile(step.Step)}");
        }
        else if (notFinite.Count > 0)
        {
            warned($"step {step.Step}: not finite and recorded as null: {string.Join(", ", notFinite)}");
        }

        Evaluate(step.Step, cancel);
        if (due)
        {
            SaveCheckpoint(step.Step, metrics);
            KeptCheckpoints kept = Keep(step.Step, warned);
            Saved?.Invoke(new SavedCheckpoint(step.Step, score, kept.Deleted, kept.Passed));
        }
        else if (SaveMinutes > 0 && EndsBatch(step.Step) && Time.GetElapsedTime(_savedAt).TotalMinutes >= SaveMinutes)
        {
            SaveCheckpoint(step.Step, metrics);
            Keep(step.Step, warned);
        }

        shown(step);
    }

    /// <summary>How many checkpoints are due after a step.</summary>
    /// <param name="made">The step.</param>
    /// <param name="saveEvery">As <see cref="SaveEvery"/>.</param>
    /// <param name="options">The run's settings.</param>
    public static int DueAfter(int made, int saveEvery, GrpoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        long divisor = (long)BigInteger.GreatestCommonDivisor(saveEvery, options.UpdatesPerBatch);
        long every = saveEvery / divisor * options.UpdatesPerBatch;
        return (int)((options.Steps / every) - (made / every) + (made < options.Steps && options.Steps % every != 0 ? 1 : 0));
    }

    private bool IsDue(int step) => IsDue(step, SaveEvery, _options);

    private static bool IsDue(int step, int saveEvery, GrpoOptions options) =>
        (step % saveEvery == 0 && EndsBatch(step, options)) || step == options.Steps;

    // Later updates on a batch would need the batch again, so a run can go on only from the end of one, or not at all.
    private static bool EndsBatch(int step, GrpoOptions options) => step % options.UpdatesPerBatch == 0 || step == options.Steps;

    private bool EndsBatch(int step) => EndsBatch(step, _options);

    private KeptCheckpoints Keep(int newest, Action<string> warned)
    {
        KeptCheckpoints kept = Ranking?.Keep(newest, IsDue) ?? KeptCheckpoints.All;
        foreach (string problem in kept.Problems)
        {
            warned(problem);
        }

        return kept;
    }

    private void Evaluate(int step, CancellationToken cancel)
    {
        if (HeldOut is null || !HeldOut.IsDue(step, _options.Steps))
        {
            return;
        }

        EvalLine line;
        try
        {
            line = HeldOut.Evaluate(step, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The step is whole and will be saved; the run evaluates it when it goes on.
            return;
        }

        EvalLine.Append(_folder.EvalsFile, line, lastStep: step - 1);
        Evaluated?.Invoke(line);
    }

    private bool EvaluatedBefore(int step) =>
        File.Exists(_folder.EvalsFile) && EvalLine.ReadAll(_folder.EvalsFile).Any(line => line.Step == step);

    private void SaveCheckpoint(int step, MetricsWriter metrics)
    {
        string folder = _folder.CheckpointFolder(step);
        if (step > 0 && !Directory.Exists(folder))
        {
            // Before the checkpoint: it is never ahead of the logs, also where the power fails.
            metrics.FlushToDisk();
            TrainingCheckpoint.Save(folder, _policy, _tokenizer, _trainer.Optimizer, BaseModel, SaveAs, _trainer.Guard.State);
            _savedAt = Time.GetTimestamp();
        }
    }
}
