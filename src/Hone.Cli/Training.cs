using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Training.Batches;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Planning;
using Hone.Training.Rewards;

namespace Hone.Cli;

/// <summary>Sets a GRPO run up from its settings and shows how it goes; `train` and `quickstart` share it.</summary>
internal static class Training
{
    /// <summary>Starts a run in a new folder.</summary>
    public static int Start(CommandContext context, TrainSettings settings)
    {
        if (!Directory.Exists(Models.Folder(settings.Model)))
        {
            throw new DirectoryNotFoundException(
                $"{settings.Model}: no such model folder. Hint: set model to a Hugging Face folder, or to {Models.Embedded}.");
        }

        CheckWeights(settings, settings.Model);
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        using LoadedModel loaded = LoadedModel.Load(settings.Model, kernels);
        NewRun.In(settings.Output, run => Run(context, settings, run, loaded, resumeFrom: null));
        return 0;
    }

    /// <summary>Goes on with a run from its newest checkpoint, or from the beginning where it has none.</summary>
    public static int Resume(CommandContext context, string path)
    {
        RunFolder run = RunFolder.Open(path);
        TrainSettings settings = SavedRun.Settings(run);
        Checkpoint? newest = run.Checkpoints.Count > 0 ? run.Checkpoints[^1] : null;
        string model = newest?.Path ?? settings.Model;
        CheckWeights(settings, model);
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        using LoadedModel loaded = LoadedModel.Load(model, kernels);
        Run(context, settings, run, loaded, newest);
        return 0;
    }

    /// <summary>Trains a loaded model in a run folder.</summary>
    public static void Run(
        CommandContext context, TrainSettings settings, RunFolder run, LoadedModel loaded, Checkpoint? resumeFrom)
    {
        DataSet data = settings.Data.Load(run.Path, requireAnswer: true);
        IReadOnlyList<TrainingPrompt> prompts = Prompts(
            context, settings, data, loaded, Models.Folder(resumeFrom?.Path ?? settings.Model));
        MemoryPlan memory = MemoryCheck.Run(
            MemoryNeeds.Of(loaded.Model.Config, settings.Options, prompts.Max(prompt => prompt.Tokens.Length), loaded.Kernels.Threads),
            settings.Memory);
        using LoadedModel? reference = settings.Options.Loss.KlCoefficient > 0
            ? LoadedModel.Load(settings.Model, loaded.Kernels)
            : null;
        using var trainer = new GrpoTrainer(
            loaded.Model, reference?.Model, loaded.Tokenizer, prompts, RewardFactory.Create(settings.Rewards),
            loaded.EndTokens, settings.Options with { Activations = memory.Mode }, context.Time);
        if (resumeFrom is null)
        {
            run.WriteRun(Describe(settings, data, prompts, loaded));
            context.Introduce(loaded.Kernels);
        }
        else
        {
            TrainingCheckpoint.Restore(resumeFrom.Path, trainer.Optimizer);
            SavedRun.DropAfter(run, resumeFrom.Step);
            context.Introduce(loaded.Kernels);
            context.Say($"resuming {run.Name} after step {resumeFrom.Step}");
        }

        MemoryCheck.Show(context, memory, settings.Memory);
        var progress = new ProgressLine(context, "training", "steps");
        int before = trainer.Optimizer.Step;
        new GrpoRun(trainer, loaded.Model, loaded.Tokenizer, run, settings.Options)
        {
            SaveEvery = settings.SaveEvery, SaveText = settings.SaveText,
        }.Train(
            step => progress.Show(step.Step - before, settings.Options.Steps - before, Line(step)),
            warning => context.Warn($"{warning}"), context.Cancel);
        int made = trainer.Optimizer.Step;
        if (made < settings.Options.Steps)
        {
            context.Print($"stopped after step {made} of {settings.Options.Steps}; go on with: hone train --resume {run.Path}");
        }
        else
        {
            context.Say($"{made} steps, {run.Checkpoints.Count} checkpoints in {run.CheckpointsFolder}");
        }
    }

    private static void CheckWeights(TrainSettings settings, string model) =>
        MemoryCheck.Weights(model, settings.Memory, reference: settings.Options.Loss.KlCoefficient > 0);

    private static string Line(StepMetrics step) => string.Create(
        CultureInfo.InvariantCulture,
        $"reward {step.Reward:F3} | len {step.Length:F0} | entropy {step.Entropy:F3} | grad {step.GradNorm:F2} | same {step.ZeroVariance:P0}");

    private static List<TrainingPrompt> Prompts(
        CommandContext context, TrainSettings settings, DataSet data, LoadedModel loaded, string folder)
    {
        var date = new PromptDate(context, settings.Prompt.Date, "prompt.date");
        ChatPrompt? chat = settings.Prompt.Open(folder, date);
        int room = loaded.Text.ContextTokens - settings.Options.MaxCompletionTokens;
        TrainingPrompt[] all = [.. data.Rows.Select(row => settings.Prompt.Apply(chat, row)).Select(
            row => new TrainingPrompt(row, TextTokens.Prompt(loaded.Tokenizer, row.Prompt, addSpecialTokens: chat is null)))];
        if (date.Asked is { } asked)
        {
            // A run that goes on another day must see the same prompts.
            settings.Resolved["prompt"]!["date"] = PromptDate.Text(asked);
        }

        List<TrainingPrompt> fitting = [.. all.Where(prompt => prompt.Tokens.Length <= room)];
        if (fitting.Count == 0)
        {
            throw new InvalidDataException(
                $"{data.Path}: no prompt leaves room for {settings.Options.MaxCompletionTokens} completion tokens in the model's "
                + $"{loaded.Text.ContextTokens} positions. Hint: lower max_completion_tokens.");
        }

        if (fitting.Count < all.Length)
        {
            context.Warn($"{all.Length - fitting.Count} of {all.Length} prompts leave no room for {settings.Options.MaxCompletionTokens} completion tokens and were left out");
        }

        return fitting;
    }

    private static JsonObject Describe(
        TrainSettings settings, DataSet data, IReadOnlyList<TrainingPrompt> prompts, LoadedModel loaded) => new()
        {
            ["command"] = "train",
            ["version"] = Version.Text,
            ["machine"] = Machine.Line(loaded.Kernels),
            ["kernels"] = loaded.Kernels.Path.Name(),
            ["threads"] = loaded.Kernels.Threads,
            ["seed"] = settings.Options.Seed,
            ["parameters"] = loaded.Model.Parameters.Layout.Count,
            ["data_hash"] = data.Hash,
            ["prompts"] = prompts.Count,
            ["config"] = settings.Resolved.DeepClone(),
        };
}
