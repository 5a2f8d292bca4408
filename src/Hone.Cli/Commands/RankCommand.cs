using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone rank`: which checkpoint to ship, from the log alone.</summary>
internal static class RankCommand
{
    public static Command Create(CommandContext context)
    {
        var hardest = new Option<double>("--hardest")
        {
            Description = "Share of a window that counts as hard, in percent; 3 for weak models, 10 for stronger ones",
            HelpName = "P", DefaultValueFactory = _ => 3.0,
        };
        var window = new Option<int>("--window")
        {
            Description = "Steps that a window reaches back [default: 100, or as far as the log goes]", HelpName = "D",
        };
        var link = new Option<string>("--link")
        {
            Description = "Make or move a link to the picked checkpoint; a bare name such as best stands beside the checkpoints",
            HelpName = "PATH",
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("rank", "Rank checkpoints by the reward on their most uncertain recent rollouts (UGCS)")
        {
            hardest, window,
        };
        var source = new RankedLogOptions(command);
        source.AddRest(command);
        foreach (Option option in new Option[] { link, seed, json })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string path = source.Path(parsed);
            double percent = parsed.GetValue(hardest);
            bool windowGiven = parsed.GetResult(window) is { Implicit: false };
            int reach = windowGiven ? parsed.GetValue(window) : new RankingOptions().WindowSteps;
            CheckRanges(percent, reach);
            var options = new RankingOptions
            {
                HardestPercent = percent,
                WindowSteps = reach,
                Reading = source.Reading(parsed),
            };
            RolloutLog records = source.Read(context, parsed);
            CheckpointSearch search = source.Checkpoints(parsed, records);
            string[] holders = [.. search.Found.Select(checkpoint => checkpoint.Holder).Distinct()];
            string? name = parsed.GetValue(link);
            foreach (string holder in name is null ? [] : holders)
            {
                BestLink.At(name!, holder);
            }

            LogCoverage coverage = source.Cover(context, parsed, records, search, options, windowGiven);
            RankingResult result = LogOutput.WithFindings(
                RankedLog.Rank(records, coverage.Covered, options, (ulong)parsed.GetValue(seed)), records.Findings, coverage.Warnings);
            Finish(context, path, new RankedRun(records, coverage.Covered, options, result), name, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone rank runs/a",
            "hone rank runs/a --hardest 10 --window 20 --json",
            "hone rank rollouts --checkpoints checkpoints/PROJECT/EXPERIMENT --link best",
            "hone rank rollout_data --checkpoints checkpoints/PROJECT/EXPERIMENT --as reference-code",
            "hone rank outputs/grpo --format trl --reward-weight format_reward=0.5 --checkpoints 40,80,120",
            "hone rank rollouts.jsonl --checkpoints 40,80,120 --field reward=score --field prompt_id=uid");
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
