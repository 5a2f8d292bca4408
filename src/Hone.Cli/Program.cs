using System.Globalization;
using Hone.Cli;

// What a shell reports of a program that Ctrl-C ended.
const int Interrupted = 130;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl-C lets the step end; the second does not wait, whatever is being done.
    press.Cancel = true;
    if (stop.IsCancellationRequested)
    {
        Environment.Exit(Interrupted);
    }

    stop.Cancel();
};
return HoneCommand.Run(args, CommandContext.OfProcess(stop.Token));
