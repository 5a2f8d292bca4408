using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Training.Evaluation;
using Hone.Training.Planning;
using Hone.Training.Rewards;

namespace Hone.Cli;

/// <summary>The prompts that a run is evaluated on as it trains.</summary>
/// <param name="Name">The file's name without its endings.</param>
/// <param name="Data">The whole set.</param>
/// <param name="Rows">The prompts that are evaluated.</param>
/// <param name="Options">How.</param>
/// <param name="Every">Updates between two evaluations.</param>
internal sealed record HeldOutSet(
    string Name, DataSet Data, IReadOnlyList<DataRow> Rows, EvaluationOptions Options, int Every)
{
    /// <summary>Reads the set and leaves out what does not fit the model.</summary>
    /// <exception cref="InvalidDataException">The set is unusable, or no prompt fits.</exception>
    public static HeldOutSet Load(
        CommandContext context, EvalSettings eval, TrainSettings settings, LoadedModel loaded, ChatPrompt? chat)
    {
        DataSet data = DataSet.Read(eval.File, CommandLine.DataFields(eval.Fields), requireAnswer: true);
        var options = new EvaluationOptions
        {
            Samples = eval.Samples,
            MaxTokens = settings.Options.MaxCompletionTokens,
            Seed = settings.Options.Seed,
            Sampling = new SamplingRule { Temperature = eval.Samples == 1 ? 0 : 1 },
            Reward = RewardFactory.Create(settings.Rewards, settings.AnswerOrder).Correctness,
            PromptText = row => settings.Prompt.Apply(chat, row).Prompt,
        };
        DataRow[] fitting = [.. data.Rows.Where(row => loaded.Text.Fits(options.PromptText(row)))];
        if (fitting.Length == 0)
        {
            throw new InvalidDataException(
                $"{data.Path}: no prompt fits the model's {loaded.Text.ContextTokens} positions. Hint: name another set in eval.data.");
        }

        if (fitting.Length < data.Rows.Count)
        {
            context.Warn($"{data.Rows.Count - fitting.Length} of {data.Rows.Count} held-out prompts do not fit the model and were left out");
        }

        DataRow[] rows = eval.MaxPrompts == 0 ? fitting : [.. fitting.Take(eval.MaxPrompts)];
        return new HeldOutSet(DataFileName.Stem(data.Path), data, rows, options, eval.Every);
    }

    /// <summary>What sampling of it takes of memory.</summary>
    public RolloutNeeds Needs(LoadedModel loaded) => new(
        Rows.Count, Options.Samples, Decoder.DefaultRows,
        Rows.Max(row => loaded.Tokenizer.Encode(Options.PromptText(row)).Length), Options.MaxTokens);

    /// <summary>The evaluation of a policy on it, with its progress on stderr.</summary>
    public HeldOutEvaluation Evaluation(CommandContext context, LoadedModel policy)
    {
        ProgressLine? progress = null;
        return new HeldOutEvaluation(policy.Text, Name, Rows, Options, Every)
        {
            Progress = (done, total) =>
            {
                progress = done == 1 ? new ProgressLine(context, "evaluating", "completions") : progress;
                progress!.Show(done, total);
            },
        };
    }
}
