using System.Globalization;
using System.Runtime.InteropServices;
using Hone.Cli;

// What a shell reports of a program that SIGTERM ended.
const int Terminated = 143;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
using var stop = new CancellationTokenSource();
int interrupted = HoneCommand.Interrupted;
CommandContext context = CommandContext.OfProcess(stop.Token);
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    Stop();
};

// Schedulers and containers send it some time before they end a program without asking.
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    interrupted = Terminated;
    Stop();
});
int code = HoneCommand.Run(args, context);
return code == HoneCommand.Interrupted ? interrupted : code;

// The first time lets a step end, where there is such a thing; the second does not wait, whatever is being done.
void Stop()
{
    if (stop.IsCancellationRequested || !context.EndsItself)
    {
        Environment.Exit(interrupted);
    }

    stop.Cancel();
}
