using System.CommandLine;
using Hone.Cli.Evaluations;
using Hone.Cli.Running;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Training.Evaluation;
using Hone.Training.Rewards;

namespace Hone.Cli.Commands;

/// <summary>`hone eval`: accuracy, pass@k and maj@k with intervals, on one data set or several.</summary>
internal static class EvalCommand
{
    public static Command Create(CommandContext context)
    {
        var data = new Option<string[]>("--data")
        {
            Description = "Data set: JSON Lines, plain or .gz, or Parquet; may be repeated, and named", HelpName = "[NAME=]FILE", Required = true,
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
        };
        Option<string[]> field = CommonOptions.Field("answer=gold");
        string[] rewards = [.. RewardFactory.Names.Where(name => RewardFactory.Create(name) is IAnswerReward)];
        var reward = new Option<string>("--reward")
        {
            Description = $"What judges answers: {string.Join(", ", rewards)} [default: by the gold answers of each data set]",
            HelpName = "NAME",
        };
        CommonOptions.OneOf(reward, rewards);
        var samples = new Option<int>("--samples")
        {
            Description = "Completions per prompt", HelpName = "K", DefaultValueFactory = _ => 1,
        };
        var maxTokens = new Option<int>("--max-tokens")
        {
            Description = "Most tokens of a completion", HelpName = "N", DefaultValueFactory = _ => 256,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the samples and the results; a stopped evaluation goes on in it", HelpName = "DIR",
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var checkpoints = new Option<string?>("--checkpoints")
        {
            Description = "Folder of checkpoints that the servers load and evaluate in turn; SGLang alone can do that", HelpName = "DIR",
        };
        var command = new Command("eval", "Evaluate a model on prompts with gold answers");
        var model = new ModelOptions(command);
        foreach (Option option in new Option[] { data, field, reward, samples, maxTokens, output })
        {
            command.Options.Add(option);
        }

        var sampling = new SamplingOptions(command, 0, "0 for one sample, 1 for several");
        var chat = new ChatOptions(command);
        Option<string> prefix = CommonOptions.AnswerPrefix();
        command.Options.Add(prefix);
        command.Options.Add(seed);
        command.Options.Add(json);
        model.AddRest(command);
        command.Options.Add(checkpoints);

        command.SetAction(parsed =>
        {
            int k = parsed.GetValue(samples);
            if (k < 1 || parsed.GetValue(maxTokens) < 1)
            {
                throw new UsageException($"--samples {k}, --max-tokens {parsed.GetValue(maxTokens)}: expected 1 or more. Hint: see --help.");
            }

            var options = new EvaluationOptions
            {
                Samples = k, MaxTokens = parsed.GetValue(maxTokens), Seed = parsed.GetValue(seed),
                Sampling = sampling.Read(parsed, k == 1 ? 0 : 1),
            };
            IReadOnlyList<NamedData> named = NamedData.Read(
                parsed.GetRequiredValue(data), CommandLine.DataFields(parsed.GetValue(field)));
            string? folder = chat.Asked(parsed) ? model.ChatFolder(parsed) : model.Folder(parsed);
            ChatPrompt? conversation = chat.Read(context, parsed, folder ?? "");
            string begun = parsed.GetRequiredValue(prefix);
            options = options with { PromptText = row => (conversation?.Apply(row) ?? row).Prompt + begun };
            CheckpointWalk? walk = parsed.GetValue(checkpoints) is { } steps ? CheckpointWalk.Over(context, steps, model.IsServed(parsed)) : null;
            using RunningModel running = model.Open(context, parsed, addSpecialTokens: conversation is null);
            EvaluatedSet[] Sets() => [.. named.Select(item => EvaluatedSet.Of(
                item, running, options with { Reward = Judge(parsed.GetValue(reward), item.Data) }))];
            string? into = parsed.GetValue(output);
            if (walk is not null)
            {
                walk.Run(context, (ServedModel)running, Sets, options, into, parsed.GetValue(json));
            }
            else
            {
                new EvaluationJob(context, running, Sets(), options).Run(into, parsed.GetValue(json));
            }

            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone eval --model arith-base --data heldout.jsonl",
            "hone eval --model runs/a/checkpoints/step-000100 --data test.jsonl --samples 16 --json",
            "hone eval --model DIR --data test.jsonl --chat --system 'Reason step by step.'",
            "hone eval --model DIR --data gsm8k=gsm8k/test.jsonl --data math500.jsonl --samples 8 --out evals/base",
            "hone eval --server http://gpu1:30000 --tokenizer DIR --data test.jsonl --checkpoints run/checkpoints --out evals/run");
    }

    private static IAnswerReward Judge(string? name, DataSet data) =>
        (IAnswerReward)RewardFactory.Create(name ?? DefaultReward.NameFor(data));
}
