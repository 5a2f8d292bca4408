using System.CommandLine;
using Hone.Cli.Configuration;

namespace Hone.Cli.Commands;

/// <summary>`hone train`: GRPO.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> config = CommonOptions.Config("recipes/tiny.yaml");
        Option<string[]> set = CommonOptions.Set();
        var resume = new Option<string>("--resume") { Description = "Go on with a run from its newest checkpoint", HelpName = "RUN" };
        var command = new Command("train", "Train with GRPO on verifiable rewards, recording every rollout") { config, set, resume };
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(config);
            string? run = parsed.GetValue(resume);
            if (file is null == run is null)
            {
                throw new UsageException("expected either --config FILE or --resume RUN. Hint: try --config recipes/tiny.yaml.");
            }

            if (run is not null && parsed.GetValue(set)!.Length > 0)
            {
                throw new UsageException("--set does not go with --resume: a run goes on with its own settings. Hint: start a new run.");
            }

            return run is null
                ? Training.Start(context, TrainSettings.Load(file!, parsed.GetValue(set)!))
                : Training.Resume(context, run);
        });
        return HelpWithExamples.Add(
            command,
            "hone train --config recipes/tiny.yaml",
            "hone train --config recipes/tiny.yaml --set out=runs/b --set steps=40 --set optimizer.learning_rate=3e-4",
            "hone train --resume runs/b");
    }
}
