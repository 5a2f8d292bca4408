using System.Globalization;
using System.Runtime.InteropServices;
using Hone.Cli;

// What a shell reports of a program that SIGTERM ended.
const int Terminated = 143;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
using var stop = new CancellationTokenSource();
int interrupted = HoneCommand.Interrupted;
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
int code = HoneCommand.Run(args, CommandContext.OfProcess(stop.Token));
return code == HoneCommand.Interrupted ? interrupted : code;

// The first time lets the step end; the second does not wait, whatever is being done.
void Stop()
{
    if (stop.IsCancellationRequested)
    {
        Environment.Exit(interrupted);
    }

    stop.Cancel();
}
