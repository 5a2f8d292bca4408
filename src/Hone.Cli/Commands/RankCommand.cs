using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone rank`: which checkpoint to ship, from the log alone.</summary>
internal static class RankCommand
{
    public static Command Create(CommandContext context)
    {
        var log = new Argument<string>("RUN_OR_LOGS") { Description = "Run folder, folder of rollout files, or one file" };
        var hardest = new Option<double>("--hardest")
        {
            Description = "Share of a window that counts as hard, in percent; 3 for weak models, 10 for stronger ones",
            HelpName = "P", DefaultValueFactory = _ => 3.0,
        };
        var window = new Option<int>("--window")
        {
            Description = "Steps that a window reaches back [default: 100, or as far as the log goes]", HelpName = "D",
        };
        var reading = new Option<string>("--as")
        {
            Description = "paper (completions) or reference-code (prompts)", HelpName = "READING", DefaultValueFactory = _ => "paper",
        };
        CommonOptions.OneOf(reading, "paper", "reference-code");
        Option<string[]> field = CommonOptions.Field("reward=score");
        var format = new Option<string>("--format")
        {
            Description = $"What wrote the log: {string.Join(", ", RolloutLog.Formats)} [default: recognised]", HelpName = "NAME",
        };
        CommonOptions.OneOf(format, [.. RolloutLog.Formats]);
        var rewardWeight = new Option<string[]>("--reward-weight")
        {
            Description = "Weight of a reward column in logs with several (trl, ms-swift) [default: 1]; may be repeated",
            HelpName = "NAME=W",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
        };
        var checkpoints = new Option<string>("--checkpoints")
        {
            Description = "Folder of checkpoints, or steps, where the log stands alone", HelpName = "DIR_OR_STEPS",
        };
        var skipInvalid = new Option<bool>("--skip-invalid")
        {
            Description = "Leave out records without a usable log-probability or reward instead of stopping",
        };
        var link = new Option<string>("--link")
        {
            Description = "Make or move a link to the picked checkpoint; a bare name such as best stands beside the checkpoints",
            HelpName = "PATH",
        };
        var evals = new Option<string>("--evals")
        {
            Description = "Held-out values by step, to compare the pick with [default: what lies beside the log]", HelpName = "FILE",
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("rank", "Rank checkpoints by the reward on their most uncertain recent rollouts (UGCS)")
        {
            log, hardest, window, reading, format, field, rewardWeight, checkpoints, skipInvalid, link, evals, seed, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(log);
            double percent = parsed.GetValue(hardest);
            bool windowGiven = parsed.GetResult(window) is { Implicit: false };
            int reach = windowGiven ? parsed.GetValue(window) : new RankingOptions().WindowSteps;
            CheckRanges(percent, reach);
            var options = new RankingOptions
            {
                HardestPercent = percent,
                WindowSteps = reach,
                Reading = parsed.GetValue(reading) == "paper" ? RankingReading.Paper : RankingReading.ReferenceCode,
            };
            StepMetric? given = parsed.GetValue(evals) is { } evalsFile ? StepMetric.Read(evalsFile) : null;
            RolloutLog records = RolloutLog.Read(path, new LogOptions
            {
                Format = parsed.GetValue(format),
                Fields = CommandLine.RolloutFields(parsed.GetValue(field)),
                RewardWeights = CommandLine.RewardWeights(parsed.GetValue(rewardWeight)),
            });
            LogOutput.Print(context, records);
            CheckpointSearch search = RankedLog.Checkpoints(path, parsed.GetValue(checkpoints), records.Format);
            string[] holders = [.. search.Found.Select(checkpoint => checkpoint.Holder).Distinct()];
            string? name = parsed.GetValue(link);
            foreach (string holder in name is null ? [] : holders)
            {
                BestLink.At(name!, holder);
            }

            LogCoverage coverage = Cover(context, path, records, search.Found, options, windowGiven, parsed.GetValue(skipInvalid));
            if (holders[0].Length > 0)
            {
                context.Say($"checkpoints: {search.Found.Count} in {string.Join(", ", holders)}");
            }

            foreach (string reason in search.LeftOut)
            {
                context.Warn($"{reason}");
            }

            RankingResult result = LogOutput.WithFindings(
                RankedLog.Rank(records, coverage.Covered, options, (ulong)parsed.GetValue(seed)), records.Findings, coverage.Warnings);
            StepMetric? validation = Validation(context, path, search.Found);
            var run = new RankedRun(records, coverage.Covered, options, validation is null ? result : result.WithBestMetric(validation.Values))
            {
                Validation = validation, HeldOut = given ?? validation,
            };
            if (given is not null && run.Comparison is null)
            {
                context.Warn($"{given.Path}: has no value for a ranked checkpoint; its steps are {string.Join(", ", given.Values.Keys.Take(5))}");
            }

            Finish(context, path, run, name, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone rank runs/a",
            "hone rank runs/a --hardest 10 --window 20 --json",
            "hone rank runs/a --evals benchmark.jsonl",
            "hone rank rollouts --checkpoints checkpoints/PROJECT/EXPERIMENT --link best",
            "hone rank rollout_data --checkpoints checkpoints/PROJECT/EXPERIMENT --as reference-code",
            "hone rank outputs/grpo --format trl --reward-weight format_reward=0.5 --checkpoints 40,80,120",
            "hone rank rollouts.jsonl --checkpoints 40,80,120 --field reward=score --field prompt_id=uid");
    }

    // A file beside the log that nobody named is no reason to refuse a ranking.
    private static StepMetric? Validation(CommandContext context, string path, IReadOnlyList<Checkpoint> checkpoints)
    {
        try
        {
            return StepMetric.Beside(path, [.. checkpoints.Select(checkpoint => checkpoint.Folder)]);
        }
        catch (InvalidDataException error)
        {
            context.Warn($"no control best_metric: {error.Message}");
            return null;
        }
    }

    // A refusal comes with what the log said against itself, for that is often its reason.
    private static LogCoverage Cover(
        CommandContext context, string path, RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options,
        bool windowGiven, bool skipInvalid)
    {
        try
        {
            RankedLog.CheckRows(path, log, options.Reading, skipInvalid);
            return LogCoverage.Of(path, log, checkpoints, options, windowGiven);
        }
        catch (InvalidDataException)
        {
            LogOutput.PrintFindings(context, log);
            throw;
        }
    }

    private static void Finish(CommandContext context, string path, RankedRun run, string? link, bool json)
    {
        Checkpoint? picked = run.Picked;
        string? made = null;
        if (!json)
        {
            RankingOutput.Print(context, run);
        }

        try
        {
            made = link is not null && picked is not null ? BestLink.At(link, picked.Holder).Point(picked.Path) : null;
        }
        finally
        {
            // A link that cannot be made takes no ranking with it.
            JsonObject document = RankingOutput.Json(run, made);
            if (File.Exists(Path.Combine(path, "run.json")))
            {
                JsonFile.Write(RunFolder.Open(path).RankingFile, document);
            }

            if (json)
            {
                JsonOutput.Print(context, document);
            }
        }

        if (picked is null)
        {
            throw new InvalidDataException(
                $"{path}: there is no pick{(link is null ? "" : ", and no link was made")}: {run.NoPick}. "
                + "Hint: look at the rewards and the log-probabilities of the log's rows before the checkpoints.");
        }

        if (made is not null)
        {
            context.Say($"link: {made} leads to {picked.Path}");
        }
    }

    private static void CheckRanges(double percent, int window)
    {
        if (!(percent > 0 && percent <= 100))
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--hardest {percent}: expected above 0, at most 100. Hint: the paper uses 3 to 10."));
        }

        if (window < 1)
        {
            throw new UsageException($"--window {window}: expected 1 or more steps. Hint: the checkpoint interval is a good choice.");
        }
    }
}
