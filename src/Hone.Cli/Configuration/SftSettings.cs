using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Model.Lora;
using Hone.Training.Supervised;

namespace Hone.Cli.Configuration;

/// <summary>The configuration of `hone sft`.</summary>
internal sealed record SftSettings
{
    private const int DefaultSaveMinutes = 10;

    public required string Output { get; init; }

    public required string? Model { get; init; }

    public required NewModel? NewModel { get; init; }

    public required DataSettings Data { get; init; }

    public required PromptSettings Prompt { get; init; }

    /// <summary>Put before each row's solution, to the exactness of a space.</summary>
    public required string CompletionPrefix { get; init; }

    public required SftOptions Options { get; init; }

    /// <summary>The adapters to train in place of the model, or null.</summary>
    public required LoraConfig? Lora { get; init; }

    public required MemorySettings Memory { get; init; }

    /// <summary>Updates between checkpoints that stay; 0 for none.</summary>
    public required int SaveEvery { get; init; }

    /// <summary>Minutes after which a checkpoint to go on from is written; 0 for never.</summary>
    public required int SaveMinutes { get; init; }

    /// <summary>The type to save weights in; null for that of the model it started from.</summary>
    public required TensorDataType? DataType { get; init; }

    public required int Threads { get; init; }

    public required JsonObject Resolved { get; init; }

    public static SftSettings Load(string path, IReadOnlyList<string> overrides) => Read(ConfigFile.Load(path, overrides));

    public static SftSettings Read(ConfigSection config)
    {
        var defaults = new SftOptions();
        string? model = config.OptionalText("model");
        bool fresh = config.Has("new_model");
        if (fresh == (model is not null))
        {
            config.Report(["'model' or 'new_model', expected exactly one of them. Hint: name a folder to start from, or a shape"]);
        }

        PromptSettings prompt = PromptSettings.Read(config.Section("prompt"));
        if (fresh && prompt.Chat)
        {
            config.Report(["prompt.template is chat, but a new model has no chat template. Hint: start from a model folder that has one"]);
        }

        var options = new SftOptions
        {
            Steps = config.Integer("steps", defaults.Steps),
            BatchSize = config.Integer("batch_size", defaults.BatchSize),
            MicroBatchTokens = config.Integer("micro_batch_tokens", defaults.MicroBatchTokens),
            Seed = config.Long("seed", defaults.Seed),
            Optimizer = OptimizerSettings.Read(config.Section("optimizer"), defaults.Optimizer),
        };
        config.Report(options.Problems().Where(problem => !problem.StartsWith("optimizer.", StringComparison.Ordinal)));
        var settings = new SftSettings
        {
            Output = config.RequiredText("out", "the run's folder"),
            Model = model,
            NewModel = fresh ? NewModel.Read(config.Section("new_model")) : null,
            Data = DataSettings.Read(config),
            Prompt = prompt,
            CompletionPrefix = config.TextOr("completion_prefix", ""),
            Options = options,
            Lora = LoraSettings.Read(config),
            Memory = MemorySettings.Read(config.Section("memory")),
            SaveEvery = config.Count("save_every", 0),
            SaveMinutes = config.Count("save_minutes", DefaultSaveMinutes),
            DataType = SavedType.Read(config),
            Threads = config.Count("threads", 0),
            Resolved = config.Resolved,
        };
        if (fresh && settings.Lora is not null)
        {
            config.Report(["'lora' with 'new_model', expected a model whose weights can be frozen. Hint: train a new model in full"]);
        }

        if (settings.DataType is not (null or TensorDataType.F32) && settings.Lora is not null)
        {
            config.Report(["save_as with 'lora', expected none: adapters are saved in f32. Hint: hone merge --dtype writes other types"]);
        }

        config.Finish();
        return settings;
    }
}
