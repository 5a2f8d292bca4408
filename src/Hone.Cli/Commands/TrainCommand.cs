using System.CommandLine;
using Hone.Cli.Configuration;

namespace Hone.Cli.Commands;

/// <summary>`hone train`: GRPO.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("train", "Train with GRPO on verifiable rewards, recording every rollout");
        new RunOptions("recipes/tiny.yaml").Add(
            command,
            (file, overrides) => Training.Start(context, TrainSettings.Load(file, overrides)),
            run => Training.Resume(context, run));
        return HelpWithExamples.Add(
            command,
            "hone train --config recipes/tiny.yaml",
            "hone train --config recipes/tiny.yaml --set out=runs/b --set steps=40 --set optimizer.learning_rate=3e-4",
            "hone train --resume runs/b");
    }
}
