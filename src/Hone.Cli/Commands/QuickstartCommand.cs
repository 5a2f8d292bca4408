using System.CommandLine;
using Hone.Cli.Quickstart;

namespace Hone.Cli.Commands;

/// <summary>`hone quickstart`: the whole job on the embedded model.</summary>
internal static class QuickstartCommand
{
    private const string DefaultOutput = "runs/quickstart";

    public static Command Create(CommandContext context)
    {
        var output = new Option<string>("--out")
        {
            Description = $"Folder to write [default: {DefaultOutput}, or the next free number behind it]", HelpName = "DIR",
        };
        Option<long> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command(
            "quickstart", "Score, select, train, rank and evaluate on the embedded model; minutes on two cores")
        {
            output, seed, threads,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output) ?? FreeFolder();
            return new QuickstartJob(context, folder, parsed.GetValue(seed), parsed.GetValue(threads)).Run();
        });
        return HelpWithExamples.Add(command, "hone quickstart", "hone quickstart --out runs/first --seed 2");
    }

    private static string FreeFolder()
    {
        string folder = DefaultOutput;
        for (int number = 2; Directory.Exists(folder); number++)
        {
            folder = $"{DefaultOutput}-{number}";
        }

        return folder;
    }
}
