using System.CommandLine;
using Hone.Cli.Running;
using Hone.Cli.Scores;
using Hone.Inference.Chat;
using Hone.Inference.Scoring;
using Hone.Records.DataSets;

namespace Hone.Cli.Commands;

/// <summary>`hone score`: the model's confidence in each prompt, from one pass.</summary>
internal static class ScoreCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> data = CommonOptions.Data();
        data.Required = false;
        Option<string[]> field = CommonOptions.Field("prompt=question");
        var output = new Option<string>("--out")
        {
            Description = "Scores, one line a prompt; an existing file is continued", HelpName = "FILE",
        };
        var target = new Option<string>("--target")
        {
            Description = "What is scored: answer, solution, completion or prompt", HelpName = "MODE",
            DefaultValueFactory = _ => "answer",
        };
        CommonOptions.OneOf(target, "answer", "solution", "completion", "prompt");
        var prefix = new Option<string>("--answer-prefix")
        {
            Description = "Text that opens the answer; not scored", HelpName = "TEXT",
            DefaultValueFactory = _ => PromptScorer.DefaultAnswerPrefix,
        };
        var separator = new Option<string>("--separator")
        {
            Description = "Text between prompt and answer or solution; not scored", HelpName = "TEXT",
            DefaultValueFactory = _ => "",
        };
        var maxTokens = new Option<int>("--max-tokens")
        {
            Description = "Most tokens of a sampled completion", HelpName = "N", DefaultValueFactory = _ => 256,
        };
        var check = new Option<int>("--check")
        {
            Description = "Sample completions of N of the prompts too, and say how well the scores foretell which are right; kept in "
                + "NAME-check beside the scores, where a stopped check goes on",
            HelpName = "N",
        };
        var samples = new Option<int>("--samples")
        {
            Description = "Completions per prompt of --check", HelpName = "K", DefaultValueFactory = _ => 16,
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("score", "Score prompts by the model's own confidence, in one pass each (UFO-RL)");
        var model = new ModelOptions(command);
        foreach (Option option in new Option[] { data, field, output, target })
        {
            command.Options.Add(option);
        }

        var chat = new ChatOptions(
            command, ChatPrompt.UfoRlSystem, "that of the UFO-RL authors unless given, '' for none; rows that are conversations keep their own");
        foreach (Option option in new Option[] { prefix, separator, maxTokens, check, samples, seed, json })
        {
            command.Options.Add(option);
        }

        model.AddRest(command);
        var rollouts = new ScoreRollouts(command, [data, output], [target, prefix, separator, maxTokens, check, samples, seed, .. chat.All]);
        command.SetAction(parsed =>
        {
            if (rollouts.Asked(parsed))
            {
                rollouts.Run(context, parsed, model, parsed.GetValue(field), parsed.GetValue(json));
                return 0;
            }

            SameFile.RequireOther(output.Name, parsed.GetRequiredValue(output), (data.Name, parsed.GetRequiredValue(data)));
            TargetMode mode = Enum.Parse<TargetMode>(parsed.GetRequiredValue(target), ignoreCase: true);
            bool checking = IsChecked(parsed, check, samples);
            DataSet set = DataSet.Read(
                parsed.GetRequiredValue(data), CommandLine.DataFields(parsed.GetValue(field)), mode == TargetMode.Answer || checking);
            CheckTargets(set, mode, parsed.GetValue(maxTokens));
            string? folder = chat.Asked(parsed) ? model.ChatFolder(parsed) : model.Folder(parsed);
            ChatPrompt? conversation = chat.Read(context, parsed, folder ?? "");
            if (conversation is not null && parsed.GetRequiredValue(separator).Length > 0)
            {
                throw new UsageException("--separator does not go with --chat: the chat template parts the turns. Hint: leave it out.");
            }

            using RunningModel running = model.Open(context, parsed, addSpecialTokens: conversation is null);
            running.Require(mode);
            var scorer = new PromptScorer(running.Text)
            {
                Mode = mode, AnswerPrefix = parsed.GetRequiredValue(prefix), Separator = parsed.GetRequiredValue(separator),
                Chat = conversation,
                MaxTokens = parsed.GetValue(maxTokens), Seed = parsed.GetValue(seed),
                CompletionsAtATime = model.IsServed(parsed) ? set.Rows.Count : PromptScorer.LocalCompletions,
            };
            string between = parsed.GetRequiredValue(separator);
            new ScoringJob(context, running, scorer, set, parsed.GetRequiredValue(output))
            {
                Check = !checking ? null : new ScoreCheck(
                    context, running, scorer, set, parsed.GetValue(check), parsed.GetValue(samples),
                    row => conversation is null ? row.Prompt + between : conversation.Apply(row).Prompt),
            }.Run(parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone score --model DIR --data gsm8k/train.jsonl --out scores.jsonl",
            "hone score --model DIR --data gsm8k/train.jsonl --chat --out scores.jsonl",
            "hone score --model DIR --data gsm8k/train.jsonl --out scores.jsonl --check 200 --samples 16",
            "hone score --model DIR --data prompts.jsonl.gz --field prompt=text --target prompt --out scores.jsonl",
            "hone score --rollouts rollout_data --model DIR",
            "hone score --server http://gpu1:8000 --server http://gpu2:8000 --tokenizer DIR --data train.jsonl --out scores.jsonl");
    }

    private static bool IsChecked(ParseResult parsed, Option<int> check, Option<int> samples)
    {
        bool asked = parsed.GetResult(check) is { Implicit: false };
        if (asked && (parsed.GetValue(check) < 1 || parsed.GetValue(samples) < 1))
        {
            throw new UsageException(
                $"--check {parsed.GetValue(check)}, --samples {parsed.GetValue(samples)}: expected 1 or more. Hint: for example --check 200 --samples 16.");
        }

        return asked || parsed.GetResult(samples) is not { Implicit: false }
            ? asked
            : throw new UsageException("--samples goes with --check alone. Hint: add --check 200.");
    }

    private static void CheckTargets(DataSet set, TargetMode mode, int maxTokens)
    {
        if (maxTokens < 1)
        {
            throw new UsageException($"--max-tokens {maxTokens}: expected 1 or more. Hint: see hone score --help.");
        }

        if (mode == TargetMode.Solution && set.Rows.FirstOrDefault(row => row.Solution is null) is { } bare)
        {
            throw new InvalidDataException(
                $"{set.Path}:{bare.LineNumber}: row '{bare.Id}' has no solution, expected one for --target solution. "
                + "Hint: map it with --field solution=THEIR_FIELD, or score another target.");
        }
    }
}
