using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tokenization;
using Hone.Records;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Ranking;

namespace Hone.Training.Supervised;

/// <summary>
/// Supervised training with its folder: a line of metrics for each update, checkpoints to go on from, and the model at the end.
/// </summary>
public sealed class SftRun
{
    private readonly SftTrainer _trainer;
    private readonly Transformer _model;
    private readonly Tokenizer _tokenizer;
    private readonly RunFolder _folder;
    private readonly int _steps;
    private long _savedAt;

    /// <summary>Puts a trainer and a folder together.</summary>
    public SftRun(SftTrainer trainer, Transformer model, Tokenizer tokenizer, RunFolder folder, SftOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _trainer = trainer;
        _model = model;
        _tokenizer = tokenizer;
        _folder = folder;
        _steps = options.Steps;
    }

    /// <summary>Updates between checkpoints that stay; 0 for none.</summary>
    public int SaveEvery { get; init; }

    /// <summary>Minutes after which a checkpoint is written though none is due, in place of the one before it; 0 for never.</summary>
    public int SaveMinutes { get; init; }

    /// <summary>The clock that says when these are over, and for the metrics the seconds since this start.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The name or folder of the model that the adapters belong to, where there are some.</summary>
    public string BaseModel { get; init; } = "";

    /// <summary>The type of the weights in files; null for that of the model that training started from.</summary>
    public TensorDataType? SaveAs { get; init; }

    /// <summary>
    /// Trains to the last step and writes the model, or to the end of a step once <paramref name="cancel"/> asks, and saves the state,
    /// so that the run can go on.
    /// </summary>
    /// <param name="shown">Told of each update.</param>
    /// <param name="warned">Told of checkpoints that could not be deleted.</param>
    /// <param name="cancel">Ends the run early.</param>
    /// <exception cref="NotFiniteNumberException">As in <see cref="SftTrainer.Step"/>; nothing is saved then.</exception>
    /// <exception cref="IOException">The disk has no room for the next checkpoint, or something could not be written; what was
    /// written before is whole.</exception>
    public void Train(Action<SftStep> shown, Action<string> warned, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(warned);
        using MetricsWriter metrics = MetricsWriter.Open(_folder.MetricsFile, _trainer.Optimizer.Step);
        long started = _savedAt = Time.GetTimestamp();
        while (_trainer.Optimizer.Step < _steps && !cancel.IsCancellationRequested)
        {
            SftStep step = _trainer.Step();
            metrics.Append(step.Step, new Dictionary<string, double>
            {
                ["loss"] = step.Loss, ["grad_norm"] = step.GradNorm, ["learning_rate"] = step.LearningRate,
                ["tokens"] = step.Tokens, ["seconds"] = Time.GetElapsedTime(started).TotalSeconds,
            });
            if (step.Step < _steps && (IsDue(step.Step) || IsTime))
            {
                SaveCheckpoint(metrics, warned);
            }

            shown(step);
        }

        if (_trainer.Optimizer.Step < _steps)
        {
            SaveCheckpoint(metrics, warned);
        }
        else
        {
            SaveModel(metrics, warned);
        }
    }

    private void SaveCheckpoint(MetricsWriter metrics, Action<string> warned)
    {
        int step = _trainer.Optimizer.Step;
        string folder = _folder.CheckpointFolder(step);
        if (step == 0 || Directory.Exists(folder))
        {
            return;
        }

        // Before the checkpoint: it is never ahead of the logs, also where the power fails.
        metrics.FlushToDisk();
        TrainingCheckpoint.Save(folder, _model, _tokenizer, _trainer.Optimizer, BaseModel, SaveAs);
        _savedAt = Time.GetTimestamp();

        // A damaged checkpoint is to leave another one: the last that was due, or else of those in between the one before.
        int[] others = [.. Between(_folder, SaveEvery).Where(of => of < step)];
        bool another = IsDue(step) && _folder.Checkpoints.Any(checkpoint => checkpoint.Step < step && IsDue(checkpoint.Step));
        Leave(_folder, step, another ? others : others.SkipLast(1), warned);
    }

    private void SaveModel(MetricsWriter metrics, Action<string> warned)
    {
        if (!Directory.Exists(_folder.ModelFolder))
        {
            metrics.FlushToDisk();
            AtomicFolder.Write(_folder.ModelFolder, inside =>
            {
                if (_model.Adapters is { } adapters)
                {
                    LoraFile.Save(inside, adapters, BaseModel);
                }
                else
                {
                    ModelFile.Save(inside, _model, SaveAs);
                }

                _tokenizer.SaveTo(inside);
            });
        }

        DeleteServed(_folder, SaveEvery, warned);
    }

    /// <summary>Deletes the checkpoints that were there to go on from alone, once the model is there.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="saveEvery">As <see cref="SaveEvery"/>.</param>
    /// <param name="warned">Told of those that could not be deleted.</param>
    public static void DeleteServed(RunFolder folder, int saveEvery, Action<string> warned)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(warned);
        int[] served = Between(folder, saveEvery);
        Leave(folder, served.LastOrDefault(), served, warned);
    }

    private bool IsTime => SaveMinutes > 0 && Time.GetElapsedTime(_savedAt).TotalMinutes >= SaveMinutes;

    private bool IsDue(int step) => IsDue(step, SaveEvery);

    private static bool IsDue(int step, int saveEvery) => saveEvery > 0 && step % saveEvery == 0;

    private static int[] Between(RunFolder folder, int saveEvery) =>
        [.. folder.Checkpoints.Select(checkpoint => checkpoint.Step).Where(step => !IsDue(step, saveEvery))];

    private static void Leave(RunFolder folder, int newest, IEnumerable<int> steps, Action<string> warned)
    {
        foreach (string problem in CheckpointKeeper.Keep(folder, [], newest, 0, steps).Problems)
        {
            warned(problem);
        }
    }
}
