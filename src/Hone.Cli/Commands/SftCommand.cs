using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tokenization;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Training.Batches;
using Hone.Training.Planning;
using Hone.Training.Supervised;

namespace Hone.Cli.Commands;

/// <summary>`hone sft`: supervised training.</summary>
internal static class SftCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> config = CommonOptions.Config("recipes/arith-base.yaml");
        config.Required = true;
        Option<string[]> set = CommonOptions.Set();
        var command = new Command("sft", "Train on written-out solutions; the loss is on the completion only") { config, set };
        command.SetAction(parsed =>
        {
            SftSettings settings = SftSettings.Load(parsed.GetRequiredValue(config), parsed.GetValue(set)!);
            TrainedPart.Check(settings.Model ?? "", settings.Lora);
            NewRun.In(settings.Output, run => Run(context, settings, run));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone sft --config recipes/arith-base.yaml --set out=runs/base",
            "hone sft --config my.yaml --set steps=200 --set optimizer.learning_rate=1e-4");
    }

    private static void Run(CommandContext context, SftSettings settings, RunFolder run)
    {
        using Kernels kernels = CommandContext.PrepareKernels(settings.Threads);
        DataSet data = settings.Data.Load(run, requireAnswer: false);
        string folder = Path.Combine(run.Path, "model");
        (Transformer model, Tokenizer tokenizer) = Start(context, settings, kernels, folder);
        using (model)
        {
            List<TokenGroup> rows = Tokenize(
                context, settings, data, tokenizer, Models.EndTokens(model.Config, tokenizer), model.Config.MaxPositions);
            MemoryPlan memory = MemoryCheck.Run(
                MemoryNeeds.Of(model.Config, settings.Options, rows, kernels.Threads, settings.Lora), settings.Memory);
            run.WriteRun(new JsonObject
            {
                ["command"] = "sft", ["version"] = Version.Text, ["machine"] = Machine.Line(kernels),
                ["kernels"] = kernels.Path.Name(), ["seed"] = settings.Options.Seed, ["data_hash"] = data.Hash,
                ["rows"] = rows.Count, ["config"] = settings.Resolved,
            });
            context.Introduce(kernels);
            context.Say($"{rows.Count} rows, {rows.Sum(row => row.Completions[0].Length):N0} completion tokens, {Parameters(model)}");
            MemoryCheck.Show(context, memory, settings.Memory);
            double loss;
            try
            {
                loss = Train(context, settings, model, rows, memory.Mode, run);
            }
            catch (NotFiniteNumberException error)
            {
                throw new StoppedException(
                    $"{run.Path}: training stopped, for {error.Message}; no model was written. "
                    + "Hint: start anew with a lower optimizer.learning_rate.");
            }

            Directory.CreateDirectory(folder);
            Save(settings, model, folder);
            tokenizer.SaveTo(folder);
            context.Print($"loss {loss:F4} after {settings.Options.Steps} steps; model in {folder}");
        }
    }

    private static (Transformer Model, Tokenizer Tokenizer) Start(
        CommandContext context, SftSettings settings, Kernels kernels, string folder)
    {
        if (settings.NewModel is not { } fresh)
        {
            MemoryCheck.Weights(settings.Model!, settings.Memory, reference: false, settings.Lora);
            (Transformer Model, Tokenizer Tokenizer) loaded = Models.Load(context, settings.Model!, kernels, ModelUse.Training);
            TrainedPart.Prepare(loaded.Model, settings.Lora, settings.Options.Seed);
            return loaded;
        }

        MemoryCheck.Weights(fresh.Config, settings.Memory, reference: false);
        var model = new Transformer(fresh.Config, kernels);
        ModelInitialization.Randomize(model, settings.Options.Seed);
        return (model, fresh.WriteTokenizer(folder));
    }

    private static string Parameters(Transformer model) => model.Adapters is { } adapters
        ? $"{adapters.Values.Layout.Count:N0} parameters in adapters of a model of {model.Parameters.Layout.Count:N0}"
        : $"{model.Parameters.Layout.Count:N0} parameters";

    private static void Save(SftSettings settings, Transformer model, string folder)
    {
        if (model.Adapters is { } adapters)
        {
            LoraFile.Save(folder, adapters, Models.NameToSave(settings.Model!));
        }
        else
        {
            ModelFile.Save(folder, model, settings.DataType);
        }
    }

    private static List<TokenGroup> Tokenize(
        CommandContext context, SftSettings settings, DataSet data, Tokenizer tokenizer, IReadOnlyList<int> ends, int longest)
    {
        var date = new PromptDate(context, settings.Prompt.Date, "prompt.date");
        ChatPrompt? chat = settings.Model is { } model ? settings.Prompt.Open(Models.TemplateFolder(model), date) : null;
        int? end = ends is [int first, ..] ? first : null;
        if (chat is not null)
        {
            // A chat model ends its turn as its template does, which need not be the first end token of its files.
            int[] behind = tokenizer.Encode(chat.AfterAnswer(data.Rows[0], "answer"), addSpecialTokens: false);
            end = behind.Where(ends.Contains).Select(id => (int?)id).FirstOrDefault() ?? end;
        }

        var rows = new List<TokenGroup>();
        int tooLong = 0;
        foreach (DataRow row in data.Rows)
        {
            string target = row.Solution ?? row.Answer
                ?? throw new InvalidDataException(
                    $"{data.Path}:{row.LineNumber}: the row has no solution and no answer, expected one to train on. "
                    + "Hint: map a field with fields: [solution=THEIR_FIELD].");
            TokenGroup pair = TextTokens.Pair(
                tokenizer, settings.Prompt.Apply(chat, row).Prompt, settings.CompletionPrefix + target, end,
                addSpecialTokens: chat is null);
            if (pair.Rows + 1 > longest)
            {
                tooLong++;
                continue;
            }

            rows.Add(pair);
        }

        if (date.Asked is { } asked)
        {
            settings.Resolved["prompt"]!["date"] = PromptDate.Text(asked);
        }

        if (rows.Count == 0)
        {
            throw new InvalidDataException(
                $"{data.Path}: no row fits the model's {longest} positions. Hint: use a model with more, or shorter rows.");
        }

        if (tooLong > 0)
        {
            context.Warn($"{tooLong} of {data.Rows.Count} rows are longer than the model's {longest} positions and were left out");
        }

        return rows;
    }

    private static double Train(
        CommandContext context, SftSettings settings, Transformer model, IReadOnlyList<TokenGroup> rows,
        ActivationMode activations, RunFolder run)
    {
        using var trainer = new SftTrainer(model, rows, settings.Options with { Activations = activations });
        using MetricsWriter metrics = MetricsWriter.Open(run.MetricsFile);
        var progress = new ProgressLine(context, "training", "steps");
        double loss = double.NaN;
        long tokens = 0;
        for (int i = 0; i < settings.Options.Steps; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            SftStep step = trainer.Step();
            loss = step.Loss;
            tokens += step.Tokens;
            metrics.Append(step.Step, new Dictionary<string, double>
            {
                ["loss"] = step.Loss, ["grad_norm"] = step.GradNorm, ["learning_rate"] = step.LearningRate,
                ["tokens"] = step.Tokens, ["seconds"] = progress.Seconds,
            });
            progress.Show(
                step.Step, settings.Options.Steps,
                string.Create(CultureInfo.InvariantCulture, $"loss {loss:F4} | grad {step.GradNorm:F2} | {tokens / progress.Seconds:N0} tok/s"));
        }

        return loss;
    }
}
