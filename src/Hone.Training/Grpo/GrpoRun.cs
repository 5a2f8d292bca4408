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
    /// <param name="warned">Told of metrics that are not finite, and of checkpoints that could not be deleted.</param>
    /// <param name="cancel">Ends the run early.</param>
    public void Train(Action<StepMetrics> shown, Action<string> warned, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(warned);
        using MetricsWriter metrics = MetricsWriter.Open(_folder.MetricsFile, _trainer.Optimizer.Step);
        if (_trainer.Optimizer.Step > 0)
        {
            Ranking?.Resume(_trainer.Optimizer.Step, IsDue);
            KeepBest(_trainer.Optimizer.Step, warned);
        }

        if (HeldOut is not null && !EvaluatedBefore(_trainer.Optimizer.Step))
        {
            Evaluate(_trainer.Optimizer.Step, cancel);
        }

        while (_trainer.Optimizer.Step < _options.Steps && Ranking?.Plateau is null && !cancel.IsCancellationRequested)
        {
            _trainer.Step((step, batch) => Record(step, batch, metrics, shown, warned, cancel));
        }

        SaveCheckpoint(_trainer.Optimizer.Step);
        KeepBest(_trainer.Optimizer.Step, warned);
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
        foreach (string name in metrics.Append(step.Step, values))
        {
            warned($"step {step.Step}: {name} is not a finite number and was recorded as null");
        }

        Evaluate(step.Step, cancel);
        if (due)
        {
            SaveCheckpoint(step.Step);
            Saved?.Invoke(new SavedCheckpoint(step.Step, score, KeepBest(step.Step, warned)));
        }

        shown(step);
    }

    // Later updates on a batch would need the batch again, so a run can go on only from the end of one, or not at all.
    private bool IsDue(int step) =>
        (step % SaveEvery == 0 && step % _options.UpdatesPerBatch == 0) || step == _options.Steps;

    private IReadOnlyList<int> KeepBest(int newest, Action<string> warned)
    {
        if (Ranking is null)
        {
            return [];
        }

        (IReadOnlyList<int> deleted, IReadOnlyList<string> problems) = Ranking.KeepBest(newest);
        foreach (string problem in problems)
        {
            warned(problem);
        }

        return deleted;
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

    private void SaveCheckpoint(int step)
    {
        string folder = _folder.CheckpointFolder(step);
        if (step > 0 && !Directory.Exists(folder))
        {
            TrainingCheckpoint.Save(folder, _policy, _tokenizer, _trainer.Optimizer, BaseModel, SaveAs);
        }
    }
}
