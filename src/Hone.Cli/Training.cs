using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Batches;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Planning;
using Hone.Training.Ranking;
using Hone.Training.Rewards;

namespace Hone.Cli;

/// <summary>Sets a GRPO run up from its settings and shows how it goes; `train` and `quickstart` share it.</summary>
internal static class Training
{
    /// <summary>Starts a run in a new folder.</summary>
    public static int Start(CommandContext context, TrainSettings settings)
    {
        Models.ExistingFolder(settings.Model);
        TrainedPart.Check(settings.Model, settings.Lora);
        CheckWeights(settings, settings.Model);
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        using LoadedModel loaded = LoadedModel.Load(context, settings.Model, kernels, ModelUse.Training);
        TrainedPart.Prepare(loaded.Model, settings.Lora, settings.Options.Seed);
        int code = 0;
        NewRun.In(settings.Output, run => code = Run(context, settings, run, loaded, resumeFrom: null));
        return code;
    }

    /// <summary>Goes on with a run from its newest checkpoint, or from the beginning where it has none.</summary>
    public static int Resume(CommandContext context, string path)
    {
        RunFolder run = RunFolder.Open(path);
        using RunLock writer = RunLock.Take(run);
        var settings = TrainSettings.Read(SavedRun.Config(run, "train"));
        SavedRun.CheckBase(run, settings.Model);
        Checkpoint? newest = SavedRun.NewestWhole(context, run);
        string model = settings.Lora is null && newest is { } whole ? whole.Path : settings.Model;
        CheckWeights(settings, model);
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        using LoadedModel loaded = LoadedModel.Load(context, model, kernels, ModelUse.Training);
        TrainedPart.Prepare(loaded.Model, settings.Lora, settings.Options.Seed, newest?.Path);
        return Run(context, settings, run, loaded, newest);
    }

    /// <summary>Trains a loaded model in a run folder.</summary>
    /// <returns>The command's exit code: whether the run came to its end or was asked to stop.</returns>
    public static int Run(
        CommandContext context, TrainSettings settings, RunFolder run, LoadedModel loaded, Checkpoint? resumeFrom)
    {
        DataSet data = settings.Data.Load(run, requireAnswer: true);
        SavedRun.CheckData(run, SavedRun.DataHash, data);
        var date = new PromptDate(context, settings.Prompt.Date, "prompt.date");
        ChatPrompt? chat = settings.Prompt.Open(Models.TemplateFolder(resumeFrom?.Path ?? settings.Model), date);
        loaded.Text.AddSpecialTokens = chat is null;
        IReadOnlyList<TrainingPrompt> prompts = Prompts(context, settings, data, loaded, chat);
        HeldOutSet? heldOut = settings.Eval is { } eval ? HeldOutSet.Load(context, eval, settings, loaded, chat) : null;
        if (heldOut is not null)
        {
            SavedRun.CheckData(run, SavedRun.HeldOutHash, heldOut.Data);
        }

        if (date.Asked is { } asked)
        {
            // A run that goes on another day must see the same prompts.
            settings.Resolved["prompt"]!["date"] = PromptDate.Text(asked);
        }

        MemoryNeeds needs = MemoryNeeds.Of(
            loaded.Model.Config, settings.Options, prompts.Max(prompt => prompt.Tokens.Length), loaded.Kernels.Threads, settings.Lora);
        MemoryPlan memory = MemoryCheck.Run(
            needs with { HeldOut = heldOut?.Needs(loaded), ReferenceMerged = LoraFile.IsAdapter(Models.Folder(settings.Model)) },
            settings.Memory);
        DiskCheck.Run(context, run, settings, loaded, prompts, resumeFrom?.Step ?? 0);
        if (resumeFrom is null)
        {
            ShowPlan();
        }

        using LoadedModel? reference = NeedsReference(settings) ? Reference(context, settings.Model, loaded.Kernels) : null;
        using var trainer = new GrpoTrainer(
            loaded.Model, reference?.Model, loaded.Tokenizer, prompts, RewardFactory.Create(settings.Rewards, settings.AnswerOrder),
            loaded.EndTokens, settings.Options with { Activations = memory.Mode }, context.Time);
        if (resumeFrom is null)
        {
            run.WriteRun(Describe(settings, data, prompts, heldOut, loaded));
            RunRankingOutput.WarnOfWindows(context, settings);
        }
        else
        {
            TrainingCheckpoint.Restore(resumeFrom.Path, trainer.Optimizer, trainer.Guard);
            ShowPlan(); // only now, so that a damaged checkpoint is refused in one line
            context.Say($"resuming {run.Name} after step {resumeFrom.Step}");
        }

        run.CutAfter(trainer.Optimizer.Step);
        var progress = new ProgressLine(context, "training", "steps");
        int before = trainer.Optimizer.Step;
        EvalLine? evaluated = null;
        var ranking = new RunRanking(run, prompts.Select(prompt => prompt.Row.Id), settings.Ranking);
        var training = new GrpoRun(trainer, loaded.Model, loaded.Tokenizer, run, settings.Options)
        {
            SaveMinutes = settings.SaveMinutes, Time = context.Time,
            BaseModel = Models.NameToSave(settings.Model), SaveEvery = settings.SaveEvery, SaveAs = settings.SaveAs, SaveText = settings.SaveText,
            RecordTokens = settings.RecordTokens, HeldOut = heldOut?.Evaluation(context, loaded),
            Ranking = ranking,
            Evaluated = line =>
            {
                evaluated = line;
                progress.Clear();
                context.Say($"held-out {line.DataSet} after step {line.Step}: {line.Accuracy:F4} [{line.Low:F4}, {line.High:F4}]");
            },
            Saved = saved =>
            {
                progress.Clear();
                RunRankingOutput.Say(context, saved, ranking);
            },
        };
        using CancellationTokenRegistration pressed = StopNotice.Register(context, progress);
        try
        {
            UpdateFault? fault = training.Train(
                step => progress.Show(
                    step.Step - before, settings.Options.Steps - before, Line(step, evaluated) + RunRankingOutput.Detail(ranking)),
                warning => context.Warn($"{warning}"), context.TakeCancel());
            if (fault is not null)
            {
                throw new StoppedException(FaultOutput.Stopped(run, fault));
            }
        }
        catch (Exception error) when (DiskCheck.IsOfTheDisk(error))
        {
            throw new StoppedException(DiskCheck.Stopped(run, trainer.Optimizer.Step, error));
        }

        return Finish(context, settings, run, trainer.Optimizer.Step, ranking);

        void ShowPlan()
        {
            context.Introduce(loaded.Kernels);
            MemoryCheck.Show(context, memory, settings.Memory);
        }
    }

    private static int Finish(CommandContext context, TrainSettings settings, RunFolder run, int made, RunRanking ranking)
    {
        int last = settings.Options.Steps;
        ScorePlateau? plateau = made < last ? ranking.Plateau : null;
        SavedRun.RecordStop(
            run, plateau is null ? null : RunRankingOutput.StoppedJson(plateau, last, settings.Ranking.Stop!, ranking.Pick?.Step));
        if (plateau is not null)
        {
            context.Print($"{RunRankingOutput.Stopped(plateau, last, settings.Ranking.Stop!)}");
        }
        else if (made < last)
        {
            context.Print($"stopped after step {made} of {last}; go on with: hone train --resume {run.Path}");
            return HoneCommand.Interrupted;
        }

        context.Say($"{made} steps, {run.Checkpoints.Count} checkpoints in {run.CheckpointsFolder}");
        RunRankingOutput.SayPick(context, run, ranking, settings.Ranking.Method);
        return 0;
    }

    private static void CheckWeights(TrainSettings settings, string model) =>
        MemoryCheck.Weights(model, settings.Memory, NeedsReference(settings), settings.Lora);

    // Without its adapters a policy is its own reference.
    private static bool NeedsReference(TrainSettings settings) =>
        settings.Options.Loss.KlCoefficient > 0 && settings.Lora is null;

    // Adapters on the reference become part of its weights, as they do of the policy's, so that both start with the same bits.
    private static LoadedModel Reference(CommandContext context, string model, Kernels kernels)
    {
        bool adapted = LoraFile.IsAdapter(Models.Folder(model));
        LoadedModel reference = LoadedModel.Load(context, model, kernels, adapted ? ModelUse.Training : ModelUse.Inference);
        reference.Model.MergeAdapters();
        return reference;
    }

    private static string Line(StepMetrics step, EvalLine? heldOut) => string.Create(
        CultureInfo.InvariantCulture,
        $"reward {step.Reward:F3} | len {step.Length:F0} | entropy {step.Entropy:F3} | grad {step.GradNorm:F2} | same {step.ZeroVariance:P0}")
        + (heldOut is null ? "" : string.Create(CultureInfo.InvariantCulture, $" | held-out {heldOut.Accuracy:F3}"));

    private static List<TrainingPrompt> Prompts(
        CommandContext context, TrainSettings settings, DataSet data, LoadedModel loaded, ChatPrompt? chat)
    {
        int room = loaded.Text.ContextTokens - settings.Options.MaxCompletionTokens;
        TrainingPrompt[] all = [.. data.Rows.Select(row => settings.Prompt.Apply(chat, row)).Select(
            row => new TrainingPrompt(row, TextTokens.Prompt(loaded.Tokenizer, row.Prompt, addSpecialTokens: chat is null)))];
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
        TrainSettings settings, DataSet data, IReadOnlyList<TrainingPrompt> prompts, HeldOutSet? heldOut, LoadedModel loaded)
    {
        var document = new JsonObject
        {
            ["command"] = "train",
            ["version"] = Version.Text,
            ["machine"] = Machine.Line(loaded.Kernels),
            ["kernels"] = loaded.Kernels.Path.Name(),
            ["threads"] = loaded.Kernels.Threads,
            ["seed"] = settings.Options.Seed,
            ["parameters"] = loaded.Model.Parameters.Layout.Count,
            [SavedRun.DataHash] = data.Hash,
            ["prompts"] = prompts.Count,
            ["config"] = settings.Resolved.DeepClone(),
        };
        if (loaded.Model.Adapters is { } adapters)
        {
            document["adapter_parameters"] = adapters.Values.Layout.Count;
        }

        // The base is read again on the way: adapters belong to it, and the reference is it.
        if (settings.Lora is not null || NeedsReference(settings))
        {
            document[SavedRun.BaseHash] = SavedRun.HashOf(settings.Model);
        }

        if (heldOut is not null)
        {
            document[SavedRun.HeldOutHash] = heldOut.Data.Hash;
            document["eval_prompts"] = heldOut.Rows.Count;
        }

        return document;
    }
}
