using System.CommandLine;
using Hone.Dashboard;
using Hone.Hosting;

namespace Hone.Cli.Commands;

/// <summary>`hone watch`: live pages over a folder of runs.</summary>
internal static class WatchCommand
{
    private const int DefaultPort = 8090;

    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("DIR") { Description = "Folder of runs, or one run; another trainer's log too" };
        var listen = new ListenOptions(DefaultPort);
        var command = new Command("watch", "Show runs live in the browser: curves, ranking so far, samples, runs side by side")
        {
            folder, listen.Host, listen.Port,
        };
        command.SetAction(parsed =>
        {
            WebHostSettings web = listen.Settings(parsed);
            WatchAsync(context, parsed.GetRequiredValue(folder), web).GetAwaiter().GetResult();
            return 0;
        });
        return HelpWithExamples.Add(command, "hone watch runs", "hone watch runs/a --port 0");
    }

    private static async Task WatchAsync(CommandContext context, string folder, WebHostSettings web)
    {
        await using WatchServer server = await WatchServer.StartAsync(folder, web, context.Time, context.Error, context.TakeCancel());

        // With --quiet too: who asked for any free port has no other way to learn which.
        await context.Error.WriteLineAsync($"watching {folder} at {server.Host.Address} ; Ctrl-C stops it");
        if (web.Key is { Length: > 0 })
        {
            context.Say($"the browser asks for a name and a password: any name, and the key in {WebHostSettings.KeyVariable}");
        }

        await server.Host.RunAsync(context.TakeCancel());
        context.Say($"stopped");
    }
}
