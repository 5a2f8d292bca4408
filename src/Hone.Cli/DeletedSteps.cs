using System.Globalization;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>Checkpoints whose folders a run deleted to keep its best alone. Their rollouts are there, so they are ranked too.</summary>
internal static class DeletedSteps
{
    /// <summary>The warning that the pick's folder is gone.</summary>
    public const string PickDeleted = "pick_deleted";

    private const string Deleted = "checkpoints_deleted";
    private const int StepsNamed = 5;

    /// <summary>Those of a run folder that are really gone; none for any other log.</summary>
    /// <param name="log">What is ranked.</param>
    /// <param name="there">The checkpoints that are there.</param>
    public static IReadOnlyList<Checkpoint> Of(string log, IReadOnlyList<Checkpoint> there)
    {
        if (!File.Exists(Path.Combine(log, "run.json")))
        {
            return [];
        }

        HashSet<int> steps = [.. there.Select(checkpoint => checkpoint.Step)];
        return
        [
            .. DeletedCheckpoint.ReadAll(RunFolder.Open(log).DeletedFile).Where(line => !steps.Contains(line.Step))
                .Select(line => new Checkpoint(line.Step, "")),
        ];
    }

    /// <summary>What to say of them beside a ranking.</summary>
    public static IEnumerable<RankingWarning> Warnings(RankingResult result, IReadOnlyList<Checkpoint> deleted)
    {
        int[] gone = [.. deleted.Select(checkpoint => checkpoint.Step)];
        if (gone.Length == 0)
        {
            yield break;
        }

        string names = string.Join(", ", gone.Take(StepsNamed)) + (gone.Length > StepsNamed ? $" and {gone.Length - StepsNamed} more" : "");
        yield return new RankingWarning(
            Deleted, $"Scored by the log alone: checkpoint{(gone.Length == 1 ? "" : "s")} {names}, whose folders the run deleted to keep its best.", gone);
        if (result.Pick is int pick && gone.Contains(pick))
        {
            CheckpointScore[] left = [.. result.Checkpoints.Where(row => !gone.Contains(row.Step))];
            string best = BestCheckpoints.Of(left, 1) is [int step]
                ? string.Create(CultureInfo.InvariantCulture, $"of those that are there step {step} scores highest, {left.First(row => row.Step == step).Score:F4}")
                : "none of those that are there has a score";
            yield return new RankingWarning(
                PickDeleted, $"The folder of the pick, step {pick}, was deleted: by the run's own scores it was not among the best; {best}.", [pick]);
        }
    }
}
