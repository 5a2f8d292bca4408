using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Inference.Chat;
using Hone.Inference.Scoring;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone score`: the model's confidence in each prompt, from one pass.</summary>
internal static class ScoreCommand
{
    // Kernel paths differ in the last bits, other models by far more.
    private const double SameScore = 1e-4;
    private const int RowsToCompare = 4;

    public static Command Create(CommandContext context)
    {
        Option<string> model = CommonOptions.Model();
        Option<string> data = CommonOptions.Data();
        Option<string[]> field = CommonOptions.Field("prompt=question");
        var output = new Option<string>("--out")
        {
            Description = "Scores, one line a prompt; an existing file is continued", HelpName = "FILE", Required = true,
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
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> weights = CommonOptions.Weights();
        var command = new Command("score", "Score prompts by the model's own confidence, in one pass each (UFO-RL)")
        {
            model, data, field, output, target,
        };
        var chat = new ChatOptions(
            command, ChatPrompt.UfoRlSystem, "that of the UFO-RL authors unless given, '' for none; rows that are conversations keep their own");
        foreach (Option option in new Option[] { prefix, separator, maxTokens, seed, json, threads, weights })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            TargetMode mode = Enum.Parse<TargetMode>(parsed.GetRequiredValue(target), ignoreCase: true);
            DataSet set = DataSet.Read(
                parsed.GetRequiredValue(data), CommandLine.DataFields(parsed.GetValue(field)), mode == TargetMode.Answer);
            CheckTargets(set, mode, parsed.GetValue(maxTokens));
            string name = parsed.GetRequiredValue(model);
            ChatPrompt? conversation = chat.Read(context, parsed, name);
            if (conversation is not null && parsed.GetRequiredValue(separator).Length > 0)
            {
                throw new UsageException("--separator does not go with --chat: the chat template parts the turns. Hint: leave it out.");
            }

            using LoadedModel loaded = LoadedModel.Load(
                context, name, parsed.GetValue(threads), CommonOptions.Weights(parsed, weights));
            loaded.Text.AddSpecialTokens = conversation is null;
            var scorer = new PromptScorer(loaded.Text)
            {
                Mode = mode, AnswerPrefix = parsed.GetRequiredValue(prefix), Separator = parsed.GetRequiredValue(separator),
                Chat = conversation,
                MaxTokens = parsed.GetValue(maxTokens), Seed = parsed.GetValue(seed),
            };
            Run(context, scorer, set, parsed.GetRequiredValue(output), loaded, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone score --model DIR --data gsm8k/train.jsonl --out scores.jsonl",
            "hone score --model DIR --data gsm8k/train.jsonl --chat --out scores.jsonl",
            "hone score --model DIR --data prompts.jsonl.gz --field prompt=text --target prompt --out scores.jsonl");
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

    private static void Run(
        CommandContext context, PromptScorer scorer, DataSet set, string output, LoadedModel loaded, bool json)
    {
        string mode = scorer.Mode.ToString().ToLowerInvariant();
        int contextTokens = loaded.Text.ContextTokens;
        IReadOnlyDictionary<string, ScoreLine> known = Known(output, mode, set);
        DataRow[] missing = [.. set.Rows.Where(row => !known.ContainsKey(row.Id))];
        if (known.Count > 0)
        {
            CheckSameScores(scorer, set, output, known);
            context.Say($"{known.Count} of {set.Rows.Count} prompts are scored in {output} already; going on with {missing.Length}");
        }

        var progress = new ProgressLine(context, "scoring", "prompts");
        int scored = 0, tooLong = 0, empty = 0;
        double sum = 0;

        bool fresh = !File.Exists(output);
        try
        {
            using ScoreWriter writer = ScoreWriter.Open(output);
            scorer.Score(missing, score =>
            {
                switch (score.LogProbs)
                {
                    case null:
                        tooLong++;
                        break;
                    case []:
                        empty++;
                        break;
                    default:
                        double confidence = Confidence.MeanLogProb<float>(score.LogProbs);
                        double probability = Confidence.Probability(confidence);
                        context.Introduce(loaded.Kernels);
                        writer.Append(new ScoreLine(score.Row.Id, confidence, probability, score.LogProbs.Length, mode));
                        scored++;
                        sum += probability;
                        break;
                }

                progress.Show(scored + tooLong + empty, missing.Length);
            }, context.Cancel);
        }
        finally
        {
            // A failure before the first score leaves no empty file.
            if (fresh && scored == 0 && File.Exists(output))
            {
                File.Delete(output);
            }
        }

        if (scored + known.Count == 0)
        {
            throw new InvalidDataException(
                $"{set.Path}: nothing to score: of {set.Rows.Count} rows {tooLong} do not fit the model's {contextTokens} positions and "
                + $"{empty} have no token to score. Hint: use a model with a longer context, or another --target.");
        }

        double mean = (sum + known.Values.Sum(line => line.Probability)) / Math.Max(1, scored + known.Count);
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["out"] = output, ["target"] = mode, ["prompts"] = set.Rows.Count, ["scored"] = scored + known.Count,
                ["resumed"] = known.Count, ["too_long"] = tooLong, ["empty_target"] = empty, ["mean_probability"] = mean,
                ["seconds"] = progress.Seconds,
            });
            return;
        }

        context.Print($"{scored + known.Count} of {set.Rows.Count} prompts scored in {output}, mean probability {mean:F4}, {progress.Seconds:F1} s");
        if (tooLong > 0)
        {
            context.Print($"{tooLong} did not fit the model's {contextTokens} positions and were left out");
        }

        if (empty > 0)
        {
            context.Print($"{empty} had no token to score and were left out");
        }
    }

    // Scores do not depend on the batch, so one prompt scored again tells whether model, prefix and text are the same.
    private static void CheckSameScores(
        PromptScorer scorer, DataSet set, string output, IReadOnlyDictionary<string, ScoreLine> known)
    {
        // Several rows, for another format of the weights may move a single one by less than the bound.
        foreach (DataRow row in set.Rows.Where(candidate => known.ContainsKey(candidate.Id)).Take(RowsToCompare))
        {
            double before = known[row.Id].Confidence, now = double.NaN;
            scorer.Score([row], score => now = score.LogProbs is { Length: > 0 } p ? Confidence.MeanLogProb<float>(p) : now);
            if (!(Math.Abs(now - before) <= SameScore * (1 + Math.Abs(before))))
            {
                throw new InvalidDataException(
                    $"{output}: holds {before} for '{row.Id}', this model and these options give {now}, expected the same scores "
                    + "to go on with. Hint: write to another --out.");
            }
        }
    }

    private static Dictionary<string, ScoreLine> Known(string output, string mode, DataSet set)
    {
        if (!File.Exists(output))
        {
            return [];
        }

        IReadOnlyList<ScoreLine> lines = ScoreLine.ReadAll(output);
        if (lines.FirstOrDefault(line => line.Target != mode) is { } other)
        {
            throw new InvalidDataException(
                $"{output}: holds scores of target '{other.Target}', expected '{mode}'. Hint: write to another --out.");
        }

        HashSet<string> ids = [.. set.Rows.Select(row => row.Id)];
        if (lines.FirstOrDefault(line => !ids.Contains(line.Id)) is { } stranger)
        {
            throw new InvalidDataException(
                $"{output}: holds a score of '{stranger.Id}', which is no row of {set.Path}, expected scores of this data set. "
                + "Hint: write to another --out.");
        }

        return lines.ToDictionary(line => line.Id);
    }
}
