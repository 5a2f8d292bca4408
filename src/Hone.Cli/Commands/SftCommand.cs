using System.CommandLine;
using Hone.Cli.Configuration;

namespace Hone.Cli.Commands;

/// <summary>`hone sft`: supervised training.</summary>
internal static class SftCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("sft", "Train on written-out solutions; the loss is on the completion only");
        new RunOptions("recipes/arith-base.yaml").Add(
            command,
            (file, overrides) => SupervisedTraining.Start(context, SftSettings.Load(file, overrides)),
            run => SupervisedTraining.Resume(context, run));
        return HelpWithExamples.Add(
            command,
            "hone sft --config recipes/arith-base.yaml --set out=runs/base",
            "hone sft --config my.yaml --set steps=200 --set optimizer.learning_rate=1e-4",
            "hone sft --resume runs/base");
    }
}
