using Hone.Records.RunFolders;
using Hone.Training.Grpo;

namespace Hone.Cli.Output;

/// <summary>What is said of a run that ends for the numbers of an update.</summary>
internal static class FaultOutput
{
    /// <summary>One line: what happened, where the batch is, how to go on.</summary>
    public static string Stopped(RunFolder run, UpdateFault fault)
    {
        string end = fault.Stops
            ? $"stopped at step {fault.Step}, for {fault.Reason}"
            : $"stopped after step {fault.Step}: {UpdateGuard.MostSkippedInARow} updates in a row were left out, the last for {fault.Reason}";
        Checkpoint? newest = run.Checkpoints is [.., var last] ? last : null;
        string saved = newest is null ? "no checkpoint was written yet" : $"the newest checkpoint is that of step {newest.Step}";
        string from = newest is null ? "start a new run with" : $"start a new run with --set model={newest.Path} or one before it, and";
        string key = fault.IsSpike ? "a higher guard.spike" : "guard.non_finite=skip";
        string other = fault is { WeightsAreGood: true } ? $" or {key}" : "";
        return $"{run.Path}: {end}; its batch is in {run.FaultFile(fault.Step)}, and {saved}. "
            + $"Hint: {from} a lower optimizer.learning_rate{other}.";
    }
}
