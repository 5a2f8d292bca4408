using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.RunFolders;

namespace Hone.Cli.Commands;

/// <summary>`hone rank`: which checkpoint to ship, from the log alone.</summary>
internal static class RankCommand
{
    public static Command Create(CommandContext context)
    {
        var link = new Option<string>("--link")
        {
            Description = "Make or move a link to the picked checkpoint; a bare name such as best stands beside the checkpoints",
            HelpName = "PATH",
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("rank", "Rank checkpoints by the reward on their most uncertain recent rollouts (UGCS)");
        var ranking = new RankingArguments(command);
        command.Options.Add(link);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(link);
            RankedRun run = ranking.Rank(context, parsed, search => CheckLink(name, search));
            Finish(context, ranking.Path(parsed), run, name, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone rank runs/a",
            "hone rank runs/a --hardest 10 --window 20 --json",
            "hone rank runs/a --by all",
            "hone rank runs/a --evals benchmark.jsonl",
            "hone rank rollouts --checkpoints checkpoints/PROJECT/EXPERIMENT --link best",
            "hone rank rollout_data --checkpoints checkpoints/PROJECT/EXPERIMENT --as reference-code",
            "hone rank outputs/grpo --format trl --reward-weight format_reward=0.5 --checkpoints 40,80,120",
            "hone rank rollouts.jsonl --checkpoints 40,80,120 --field reward=score --field prompt_id=uid");
    }

    // A link that cannot be made is refused before the work.
    private static void CheckLink(string? name, CheckpointSearch search)
    {
        foreach (string holder in name is null ? [] : search.Found.Select(checkpoint => checkpoint.Holder).Distinct())
        {
            BestLink.At(name!, holder);
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
            made = link is not null && picked is { Path.Length: > 0 } ? BestLink.At(link, picked.Holder).Point(picked.Path) : null;
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

        if (link is not null && made is null)
        {
            throw new InvalidDataException(
                $"{path}: no link was made: the folder of the pick, step {picked.Step}, was deleted by the run. "
                + $"Hint: rank those that are there with --checkpoints {RunFolder.Open(path).CheckpointsFolder}.");
        }

        if (made is not null)
        {
            context.Say($"link: {made} leads to {picked.Path}");
        }
    }
}
