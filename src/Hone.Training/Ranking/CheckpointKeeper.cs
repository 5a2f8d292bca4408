using Hone.Records;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Checkpoints;

namespace Hone.Training.Ranking;

/// <summary>
/// Deletes checkpoints that are not among a run's best, and those between its own that stood for going on from them alone. The newest
/// always stays, for a run goes on from it, with the best another one to fall back to, and nothing goes before the newest is whole by
/// its manifest. Only folders that the run itself wrote are touched: those of its own steps, by their own record of the step.
/// </summary>
internal static class CheckpointKeeper
{
    /// <summary>Deletes what is not to be kept.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="scores">The run's checkpoints so far, in step order; their scores stay known in deleted.jsonl.</param>
    /// <param name="newest">The step of the newest checkpoint.</param>
    /// <param name="count">How many of the best stay; 0 for all.</param>
    /// <param name="between">Steps of checkpoints between the run's own that have served.</param>
    public static KeptCheckpoints Keep(
        RunFolder folder, IReadOnlyList<CheckpointScore> scores, int newest, int count, IEnumerable<int> between)
    {
        string whole = folder.CheckpointFolder(newest);
        if (!TrainingCheckpoint.IsOfStep(whole, newest))
        {
            return KeptCheckpoints.All;
        }

        int[] kept = count == 0 ? [] : Kept(folder, scores, newest, count);
        CheckpointScore[] gone = count == 0 ? [] : [.. scores.Where(score => !kept.Contains(score.Step) && IsThere(folder, score.Step))];
        int[] passed = [.. between.Where(step => IsThere(folder, step))];
        if (gone.Length + passed.Length > 0 && FileManifest.Problem(whole) is { } damage)
        {
            return KeptCheckpoints.All with { Problems = [$"{whole}: {damage}; no other checkpoint is deleted"] };
        }

        if (gone.Length > 0)
        {
            Record(folder, gone);
        }

        List<string> problems = [];
        int[] deleted = [.. gone.Select(score => score.Step).Where(step => Leave(folder, step, problems))];
        passed = [.. passed.Where(step => Leave(folder, step, problems))];
        problems.AddRange(Clear(folder, scores.Select(score => score.Step).Except([.. kept, newest]).Concat(passed)));
        return new KeptCheckpoints(deleted, passed, problems);
    }

    // The best and the newest; where these are one, the latest other too, for a run whose newest is damaged falls back to it.
    private static int[] Kept(RunFolder folder, IReadOnlyList<CheckpointScore> scores, int newest, int count)
    {
        int[] kept = [.. BestCheckpoints.Of(scores, count), newest];
        bool hasOther = kept.Any(step => step != newest && IsThere(folder, step));
        int? other = hasOther ? null : scores.Where(score => score.Step < newest && IsThere(folder, score.Step)).LastOrDefault()?.Step;
        return other is { } step ? [.. kept, step] : kept;
    }

    private static bool Leave(RunFolder folder, int step, List<string> problems)
    {
        try
        {
            Directory.Move(folder.CheckpointFolder(step), Leaving(folder, step));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(Problem(folder.CheckpointFolder(step), error));
            return false;
        }
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
