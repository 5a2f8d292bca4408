using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Checkpoints;

namespace Hone.Training.Ranking;

/// <summary>
/// Deletes checkpoints that are not among a run's best. The newest always stays, for a run goes on from it, and nothing goes before
/// it is there. Only folders that the run itself wrote are touched: those of its own steps, by their own record of the step.
/// </summary>
internal static class CheckpointKeeper
{
    /// <summary>Deletes what is neither among the best nor the newest.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="scores">The run's checkpoints so far, in step order; their scores stay known in deleted.jsonl.</param>
    /// <param name="newest">The step of the newest checkpoint, whose folder is whole.</param>
    /// <param name="count">How many of the best stay, at least 1.</param>
    /// <param name="between">Steps of checkpoints between the run's own, which stood for going on from them alone.</param>
    /// <returns>The steps whose folders are gone now, and why others could not be deleted.</returns>
    public static (IReadOnlyList<int> Deleted, IReadOnlyList<string> Problems) KeepBest(
        RunFolder folder, IReadOnlyList<CheckpointScore> scores, int newest, int count, IEnumerable<int> between)
    {
        if (!TrainingCheckpoint.IsOfStep(folder.CheckpointFolder(newest), newest))
        {
            return ([], []);
        }

        int[] kept = [.. BestCheckpoints.Of(scores, count), newest];
        CheckpointScore[] gone = [.. scores.Where(score => !kept.Contains(score.Step) && IsThere(folder, score.Step))];
        if (gone.Length > 0)
        {
            Record(folder, gone);
        }

        List<int> deleted = [];
        List<string> problems = [];
        foreach (int step in gone.Select(score => score.Step).Concat(between.Where(step => step < newest && IsThere(folder, step))).Order())
        {
            try
            {
                Directory.Move(folder.CheckpointFolder(step), Leaving(folder, step));
                deleted.Add(step);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(Problem(folder.CheckpointFolder(step), error));
            }
        }

        problems.AddRange(Clear(folder, scores.Select(score => score.Step).Concat(deleted).Except(kept)));
        return (deleted, problems);
    }

    // Under a name that is no checkpoint's first: half a folder never stands for a whole one.
    private static string Leaving(RunFolder folder, int step) => folder.CheckpointFolder(step) + ".tmp";

    // What was renamed, by this call or by one that was killed.
    private static List<string> Clear(RunFolder folder, IEnumerable<int> steps)
    {
        List<string> problems = [];
        foreach (string path in steps.Distinct().Select(step => Leaving(folder, step)).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(Problem(path, error));
            }
        }

        return problems;
    }

    private static string Problem(string path, Exception error) =>
        $"{path}: not deleted ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')})";

    private static bool IsThere(RunFolder folder, int step)
    {
        var place = new DirectoryInfo(folder.CheckpointFolder(step));
        return place.Exists && place.LinkTarget is null && TrainingCheckpoint.IsOfStep(place.FullName, step);
    }

    // Before they go, so that a run that is killed here says too much, which the folder that is still there puts right.
    private static void Record(RunFolder folder, IEnumerable<CheckpointScore> gone)
    {
        IReadOnlyList<DeletedCheckpoint> known = DeletedCheckpoint.ReadAll(folder.DeletedFile);
        HashSet<int> steps = [.. gone.Select(score => score.Step)];
        DeletedCheckpoint.WriteAll(
            folder.DeletedFile,
            [.. known.Where(line => !steps.Contains(line.Step)), .. gone.Select(score => new DeletedCheckpoint(score.Step, score.Score))]);
    }
}
