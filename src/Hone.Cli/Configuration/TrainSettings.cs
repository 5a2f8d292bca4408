using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model.Lora;
using Hone.Records;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Ranking;
using Hone.Training.Rewards;

namespace Hone.Cli.Configuration;

/// <summary>The configuration of `hone train`.</summary>
internal sealed record TrainSettings
{
    public required string Output { get; init; }

    public required string Model { get; init; }

    public required DataSettings Data { get; init; }

    public required PromptSettings Prompt { get; init; }

    public required IReadOnlyDictionary<string, double> Rewards { get; init; }

    /// <summary>Ways to find an answer, in order; null for each reward's own.</summary>
    public required IReadOnlyList<AnswerMethod>? AnswerOrder { get; init; }

    public required GrpoOptions Options { get; init; }

    /// <summary>The adapters to train in place of the model, or null.</summary>
    public required LoraConfig? Lora { get; init; }

    public required MemorySettings Memory { get; init; }

    public required EvalSettings? Eval { get; init; }

    public required RunRankingOptions Ranking { get; init; }

    public required int SaveEvery { get; init; }

    /// <summary>Minutes after which a checkpoint is written though none is due; 0 for never.</summary>
    public required int SaveMinutes { get; init; }

    /// <summary>The type of a checkpoint's weights; null for that of the model's own files.</summary>
    public required TensorDataType? SaveAs { get; init; }

    public required bool SaveText { get; init; }

    public required bool RecordTokens { get; init; }

    public required int Threads { get; init; }

    public required JsonObject Resolved { get; init; }

    public static TrainSettings Load(string path, IReadOnlyList<string> overrides) =>
        Read(ConfigFile.Load(path, overrides));

    public static TrainSettings Read(ConfigSection config)
    {
        var defaults = new GrpoOptions();
        string model = config.RequiredText("model", $"a model folder, or {Models.Embedded}");
        string output = config.RequiredText("out", "the run's folder");
        DataSettings data = DataSettings.Read(config);
        PromptSettings prompt = PromptSettings.Read(config.Section("prompt"));
        IReadOnlyDictionary<string, double> rewards = config.Numbers("rewards");
        if (rewards.Count == 0)
        {
            rewards = new Dictionary<string, double> { [RewardFactory.NumericAnswer] = 1.0 };
            config.Resolved["rewards"] = new JsonObject { [RewardFactory.NumericAnswer] = 1.0 };
        }

        config.Report(RewardProblems(rewards));
        IReadOnlyList<string> answerOrder = config.List("answer_order");
        config.Report(answerOrder.Where(name => !AnswerExtraction.Methods.ContainsKey(name)).Select(UnknownMethod));
        int maxTokens = config.Integer("max_completion_tokens", defaults.MaxCompletionTokens);
        var options = new GrpoOptions
        {
            Steps = config.Integer("steps", defaults.Steps),
            PromptsPerStep = config.Integer("prompts_per_step", defaults.PromptsPerStep),
            GroupSize = config.Integer("group_size", defaults.GroupSize),
            UpdatesPerBatch = config.Integer("updates_per_batch", defaults.UpdatesPerBatch),
            MaxCompletionTokens = maxTokens,
            MicroBatchTokens = config.Integer("micro_batch_tokens", defaults.MicroBatchTokens),
            DecodingRows = config.Integer("decoding_rows", defaults.DecodingRows),
            ScaleAdvantages = config.Flag("scale_advantages", defaults.ScaleAdvantages),
            Loss = Loss(config.Section("loss"), defaults.Loss, maxTokens),
            Sampling = Sampling(config.Section("sampling"), defaults.Sampling),
            Optimizer = OptimizerSettings.Read(config.Section("optimizer"), defaults.Optimizer),
            Guard = GuardSettings.Read(config.Section("guard"), defaults.Guard),
            Seed = config.Long("seed", defaults.Seed),
        };
        config.Report(options.Problems());
        int saveEvery = config.Integer("save_every", 10);
        if (saveEvery < 1)
        {
            config.Report([$"save_every is {saveEvery}, expected 1 or more"]);
        }

        var settings = new TrainSettings
        {
            Output = output,
            Model = model,
            Data = data,
            Prompt = prompt,
            Rewards = rewards,
            AnswerOrder = answerOrder.Count == 0 ? null
                : [.. answerOrder.Where(AnswerExtraction.Methods.ContainsKey).Select(name => AnswerExtraction.Methods[name])],
            Options = options,
            Lora = ExactLora(config),
            Memory = MemorySettings.Read(config.Section("memory")),
            Eval = config.Has("eval") ? EvalSettings.Read(config.Section("eval"), saveEvery) : null,
            Ranking = RankSettings.Read(config),
            SaveEvery = saveEvery,
            SaveMinutes = config.Count("save_minutes", 0),
            SaveAs = SavedType.Read(config),
            SaveText = config.Flag("save_text", true),
            RecordTokens = config.Flag("record_tokens", true),
            Threads = config.Count("threads", 0),
            Resolved = config.Resolved,
        };
        config.Finish();
        return settings;
    }

    private static IEnumerable<string> RewardProblems(IReadOnlyDictionary<string, double> rewards)
    {
        foreach (string name in rewards.Keys.Where(name => !RewardFactory.Names.Contains(name)))
        {
            string? nearest = NearestName.Of(name, RewardFactory.Names);
            yield return $"unknown reward 'rewards.{name}'. Hint: "
                + (nearest is null ? $"valid rewards: {string.Join(", ", RewardFactory.Names)}" : $"did you mean '{nearest}'?");
        }
    }

    private static LoraConfig? ExactLora(ConfigSection config)
    {
        LoraConfig? lora = LoraSettings.Read(config);
        if (lora is { Dropout: > 0 })
        {
            config.Report([
                $"lora.dropout is {lora.Dropout}, expected 0: with dropout a training pass is not the policy that was sampled from"]);
        }

        return lora;
    }

    private static string UnknownMethod(string name) =>
        $"answer_order has '{name}', expected {string.Join(", ", AnswerExtraction.Methods.Keys)}. "
        + $"Hint: did you mean '{NearestName.Of(name, AnswerExtraction.Methods.Keys) ?? "boxed"}'?";

    private static PolicyLossOptions Loss(ConfigSection section, PolicyLossOptions defaults, int maxTokens) => new()
    {
        ClipLow = section.Number("clip_low", defaults.ClipLow),
        ClipHigh = section.Number("clip_high", defaults.ClipHigh),
        KlCoefficient = section.Number("kl_coefficient", defaults.KlCoefficient),
        Normalization = section.Choice("normalization", "token_mean", "token_mean", "sequence_mean", "constant_length") switch
        {
            "sequence_mean" => LossNormalization.SequenceMean,
            "constant_length" => LossNormalization.ConstantLength,
            _ => LossNormalization.TokenMean,
        },
        ConstantLength = section.Integer("constant_length", maxTokens),
    };

    private static SamplingRule Sampling(ConfigSection section, SamplingRule defaults) => new()
    {
        Temperature = section.Number("temperature", defaults.Temperature),
        TopK = section.Integer("top_k", defaults.TopK),
        TopP = section.Number("top_p", defaults.TopP),
        MinP = section.Number("min_p", defaults.MinP),
    };
}
