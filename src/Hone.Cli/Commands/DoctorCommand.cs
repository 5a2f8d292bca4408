using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Diagnosis;
using Hone.Cli.Output;
using Hone.Engine.Kernels;

namespace Hone.Cli.Commands;

/// <summary>`hone doctor`: what this machine offers, or what a model folder is, before anyone waits.</summary>
internal static class DoctorCommand
{
    private const int CannotBeLoaded = 3;

    public static Command Create(CommandContext context)
    {
        var model = new Option<string>("--model")
        {
            Description = "Folder to look at: what it is, what fits, what is unsupported; weights are not read", HelpName = "DIR",
        };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("doctor", "Say what this machine offers, or what a model folder is and whether it loads")
        {
            model, threads, json,
        };
        command.SetAction(parsed =>
        {
            using Kernels kernels = CommandContext.PrepareKernels(parsed.GetValue(threads));
            if (parsed.GetValue(model) is { } name)
            {
                return Look(context, name, kernels.Threads, parsed.GetValue(json));
            }

            IReadOnlyList<Fact> machine = MachineReport.Of(kernels, context.Time);
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(context, new JsonObject { ["machine"] = Fact.Json(machine) });
            }
            else
            {
                ReportOutput.Print(context, machine);
            }

            return 0;
        });
        return HelpWithExamples.Add(command, "hone doctor", "hone doctor --model DIR", "hone doctor --model DIR --json");
    }

    private static int Look(CommandContext context, string name, int threads, bool json)
    {
        string folder = Models.ExistingFolder(name);
        long available = MachineMemory.Available();
        FolderReport report = FolderReport.Of(folder, threads, available);
        if (json)
        {
            JsonOutput.Print(context, report.Json(folder, available));
        }
        else
        {
            ReportOutput.Print(context, folder, report, available);
        }

        return report.Problems.Count == 0 ? 0 : CannotBeLoaded;
    }
}
