using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Records;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Planning;

namespace Hone.Cli;

/// <summary>Whether a run's disk has room for what it will write, and what is said when it has none any more.</summary>
internal static class DiskCheck
{
    // Two to go on from, and the one that is being written.
    private const int BetweenTwo = 3;

    /// <summary>Refuses a run of which not one checkpoint fits, and warns where not all of them will.</summary>
    /// <exception cref="IOException">Not one fits.</exception>
    public static void Run(
        CommandContext context, RunFolder run, TrainSettings settings, LoadedModel policy, IReadOnlyList<TrainingPrompt> prompts, int made)
    {
        DiskNeeds needs = Needs(settings, policy.Model, policy.Tokenizer, prompts, made);
        if (needs.Checkpoints > 0 && Free(run, needs.CheckpointBytes) is { } free && needs.Total > free)
        {
            context.Warn($"the run may write {ByteText.Of(needs.Total)} ({needs.Checkpoints} checkpoints of {ByteText.Of(needs.CheckpointBytes)} and at most {ByteText.Of(needs.RolloutBytes)} of rollouts), and its disk has {ByteText.Of(free)} free; keep.best: 3 keeps three checkpoints and the newest");
        }
    }

    /// <summary>The same of supervised training, which ends with a model and has at most three checkpoints between those that stay.
    /// </summary>
    /// <exception cref="IOException">Not one fits.</exception>
    public static void Run(
        CommandContext context, RunFolder run, SftSettings settings, Transformer model, Tokenizer tokenizer, int made)
    {
        long bytes = TrainingCheckpoint.Bytes(model, tokenizer, settings.DataType);
        long most = settings.SaveEvery == 0 ? 0 : (settings.Options.Steps / settings.SaveEvery) - (made / settings.SaveEvery);
        most += BetweenTwo;
        if (Free(run, bytes) is { } free && long.CreateSaturating((Int128)bytes * most) is var total && total > free)
        {
            context.Warn($"the run may write {ByteText.Of(total)} ({most} checkpoints of {ByteText.Of(bytes)}), and its disk has {ByteText.Of(free)} free{(settings.SaveEvery > 0 ? "; a higher save_every, or 0, keeps fewer" : "")}");
        }
    }

    /// <summary>Whether an error is of writing a run's files, and not of what is in them.</summary>
    public static bool IsOfTheDisk(Exception error) =>
        FreeSpace.RanOut(error) || error is UnauthorizedAccessException || error.GetType() == typeof(IOException);

    /// <summary>One line for a run whose disk is full or fails: what is safe, and how to go on.</summary>
    public static string Stopped(RunFolder run, int made, Exception error, string command = "train")
    {
        string saved = run.Checkpoints is [.., var newest]
            ? $"the checkpoint of step {newest.Step} is whole"
            : "no checkpoint was written yet";
        (string problem, string remedy) = FreeSpace.RanOut(error) ? ("its disk takes no more", "make room") : ("cannot be written", "check its disk");
        return $"{run.Path}: {problem} ({FreeSpace.Reason(error)}); stopped after step {made}, and {saved}. "
            + $"Hint: {remedy}, then go on with: hone {command} --resume {run.Path}";
    }

    private static long? Free(RunFolder run, long checkpoint)
    {
        long? free = FreeSpace.Of(run.Path);
        return checkpoint <= free || free is null ? free : throw FreeSpace.Lacking(
            $"{run.Path}: a checkpoint takes {ByteText.Of(checkpoint)}, expected at most the {ByteText.Of(free.Value)} that its disk "
            + "has free. Hint: free some space, or choose a folder on another disk with --set out=DIR.");
    }

    private static DiskNeeds Needs(
        TrainSettings settings, Transformer policy, Tokenizer tokenizer, IReadOnlyList<TrainingPrompt> prompts, int made)
    {
        GrpoOptions options = settings.Options;
        int due = GrpoRun.DueAfter(made, settings.SaveEvery, options);
        long promptBytes = settings.SaveText ? (long)Math.Ceiling(prompts.Average(prompt => (double)TextBytes(prompt))) : 0;
        return DiskNeeds.Of(
            TrainingCheckpoint.Bytes(policy, tokenizer, settings.SaveAs), due, settings.Ranking.KeepBest, options, made, promptBytes,
            settings.RecordTokens);
    }

    private static int TextBytes(TrainingPrompt prompt) =>
        System.Text.Encoding.UTF8.GetByteCount(prompt.Row.Prompt) + System.Text.Encoding.UTF8.GetByteCount(prompt.Row.Answer ?? "");
}
