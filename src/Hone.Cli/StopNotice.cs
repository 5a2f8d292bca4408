using Hone.Cli.Output;

namespace Hone.Cli;

/// <summary>What a run says when it is asked to stop: the step that is being made is finished first.</summary>
internal static class StopNotice
{
    /// <summary>Says it once Ctrl-C or SIGTERM comes; until what is returned is disposed.</summary>
    public static CancellationTokenRegistration Register(CommandContext context, ProgressLine progress) => context.TakeCancel().Register(() =>
    {
        progress.Clear();
        context.Say($"stopping at the end of this step; Ctrl-C again stops at once, and the step is made again");
    });
}
