using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Training.Batches;
using Hone.Training.Checkpoints;
using Hone.Training.Planning;
using Hone.Training.Supervised;

namespace Hone.Cli;

/// <summary>Sets a run of supervised training up from its settings and shows how it goes.</summary>
internal static class SupervisedTraining
{
    /// <summary>Starts a run in a new folder.</summary>
    public static int Start(CommandContext context, SftSettings settings)
    {
        TrainedPart.Check(settings.Model ?? "", settings.Lora);
        CheckWeights(settings, settings.Model);
        int code = 0;
        NewRun.In(settings.Output, run => code = Run(context, settings, run, resumeFrom: null));
        return code;
    }

    /// <summary>Goes on with a run from its newest checkpoint, or from the beginning where it has none.</summary>
    public static int Resume(CommandContext context, string path)
    {
        RunFolder run = RunFolder.Open(path);
        using RunLock writer = RunLock.Take(run);
        var settings = SftSettings.Read(SavedRun.Config(run, "sft"));
        if (Directory.Exists(run.ModelFolder))
        {
            SftRun.DeleteServed(run, settings.SaveEvery, warning => context.Warn($"{warning}"));
            run.CutAfter(settings.Options.Steps);
            context.Print($"all {settings.Options.Steps} steps are made; model in {run.ModelFolder}");
            return 0;
        }

        SavedRun.CheckBase(run, settings.Model);
        Checkpoint? newest = SavedRun.NewestWhole(context, run);
        CheckWeights(settings, settings.Lora is null ? newest?.Path ?? settings.Model : settings.Model);
        return Run(context, settings, run, newest);
    }

    private static int Run(CommandContext context, SftSettings settings, RunFolder run, Checkpoint? resumeFrom)
    {
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        DataSet data = settings.Data.Load(run, requireAnswer: false);
        SavedRun.CheckData(run, SavedRun.DataHash, data);
        (Transformer model, Tokenizer tokenizer) = Load(context, settings, kernels, resumeFrom);
        using (model)
        {
            List<TokenGroup> rows = SupervisedRows.Tokenize(context, settings, resumeFrom?.Path, data, model, tokenizer);
            MemoryPlan memory = MemoryCheck.Run(
                MemoryNeeds.Of(model.Config, settings.Options, rows, kernels.Threads, settings.Lora), settings.Memory);
            DiskCheck.Run(context, run, settings, model, tokenizer, resumeFrom?.Step ?? 0);
            using var trainer = new SftTrainer(model, rows, settings.Options with { Activations = memory.Mode });
            if (resumeFrom is null)
            {
                run.WriteRun(Describe(settings, data, rows, kernels));
            }
            else
            {
                TrainingCheckpoint.Restore(resumeFrom.Path, trainer.Optimizer);
            }

            run.CutAfter(trainer.Optimizer.Step);
            context.Introduce(kernels);
            context.Say($"{rows.Count} rows, {rows.Sum(row => row.Completions[0].Length):N0} completion tokens, {Parameters(model)}");
            MemoryCheck.Show(context, memory, settings.Memory);
            if (resumeFrom is not null)
            {
                context.Say($"resuming {run.Name} after step {resumeFrom.Step}");
            }

            return Train(context, settings, run, trainer, model, tokenizer);
        }
    }

    private static int Train(
        CommandContext context, SftSettings settings, RunFolder run, SftTrainer trainer, Transformer model, Tokenizer tokenizer)
    {
        int steps = settings.Options.Steps, before = trainer.Optimizer.Step;
        var progress = new ProgressLine(context, "training", "steps");
        using CancellationTokenRegistration pressed = StopNotice.Register(context, progress);
        double loss = double.NaN;
        long tokens = 0;
        var training = new SftRun(trainer, model, tokenizer, run, settings.Options)
        {
            SaveEvery = settings.SaveEvery, SaveMinutes = settings.SaveMinutes, SaveAs = settings.DataType, Time = context.Time,
            BaseModel = settings.Model is { } name ? Models.NameToSave(name) : "",
        };
        try
        {
            training.Train(
                step =>
                {
                    loss = step.Loss;
                    tokens += step.Tokens;
                    progress.Show(step.Step - before, steps - before, string.Create(
                        CultureInfo.InvariantCulture,
                        $"loss {step.Loss:F4} | grad {step.GradNorm:F2} | {tokens / progress.Seconds:N0} tok/s"));
                },
                warning => context.Warn($"{warning}"), context.TakeCancel());
        }
        catch (NotFiniteNumberException error)
        {
            throw new StoppedException(
                $"{run.Path}: training stopped, for {error.Message}; no model was written. "
                + "Hint: start anew with a lower optimizer.learning_rate.");
        }
        catch (Exception error) when (DiskCheck.IsOfTheDisk(error))
        {
            throw new StoppedException(DiskCheck.Stopped(run, trainer.Optimizer.Step, error, "sft"));
        }

        if (trainer.Optimizer.Step < steps)
        {
            context.Print($"stopped after step {trainer.Optimizer.Step} of {steps}; go on with: hone sft --resume {run.Path}");
            return HoneCommand.Interrupted;
        }

        context.Print($"loss {loss:F4} after {steps} steps; model in {run.ModelFolder}");
        return 0;
    }

    private static (Transformer Model, Tokenizer Tokenizer) Load(
        CommandContext context, SftSettings settings, Kernels kernels, Checkpoint? resumeFrom)
    {
        if (settings.NewModel is { } fresh && resumeFrom is null)
        {
            MemoryCheck.Weights(fresh.Config, settings.Memory, reference: false);
            var model = new Transformer(fresh.Config, kernels);
            ModelInitialization.Randomize(model, settings.Options.Seed);
            return (model, fresh.Tokenizer());
        }

        string name = settings.Lora is null && resumeFrom is not null ? resumeFrom.Path : settings.Model!;
        (Transformer Model, Tokenizer Tokenizer) loaded = Models.Load(context, name, kernels, ModelUse.Training);
        TrainedPart.Prepare(loaded.Model, settings.Lora, settings.Options.Seed, resumeFrom?.Path);
        return loaded;
    }

    private static void CheckWeights(SftSettings settings, string? model)
    {
        if (model is not null)
        {
            MemoryCheck.Weights(model, settings.Memory, reference: false, settings.Lora);
        }
    }

    private static JsonObject Describe(SftSettings settings, DataSet data, List<TokenGroup> rows, Kernels kernels)
    {
        var document = new JsonObject
        {
            ["command"] = "sft", ["version"] = Version.Text, ["machine"] = Machine.Line(kernels),
            ["kernels"] = kernels.Path.Name(), ["seed"] = settings.Options.Seed, [SavedRun.DataHash] = data.Hash,
            ["rows"] = rows.Count, ["config"] = settings.Resolved.DeepClone(),
        };
        if (settings.Lora is not null)
        {
            document[SavedRun.BaseHash] = SavedRun.HashOf(settings.Model!);
        }

        return document;
    }

    private static string Parameters(Transformer model) => model.Adapters is { } adapters
        ? $"{adapters.Values.Layout.Count:N0} parameters in adapters of a model of {model.Parameters.Layout.Count:N0}"
        : $"{model.Parameters.Layout.Count:N0} parameters";
}
