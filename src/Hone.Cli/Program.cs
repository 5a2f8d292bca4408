using System.Globalization;
using Hone.Cli;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl-C lets the step end; the second is left to the system.
    press.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
return HoneCommand.Run(args, CommandContext.OfProcess(stop.Token));
