using System.Globalization;

namespace Hone.Selection;

/// <summary>What to say beside a ranking of checkpoints whose folders a run deleted to keep its best alone.</summary>
public static class DeletedCheckpointWarnings
{
    /// <summary>Says that they were scored by the log alone.</summary>
    /// <param name="deleted">Their steps, ascending; none for no warning.</param>
    public static IReadOnlyList<RankingWarning> Of(IReadOnlyList<int> deleted)
    {
        ArgumentNullException.ThrowIfNull(deleted);
        return deleted.Count == 0 ? [] :
        [
            new RankingWarning(
                RankingWarningIds.CheckpointsDeleted,
                $"Scored by the log alone: {StepNames.Of(deleted)}, whose folders the run deleted to keep its best.", deleted),
        ];
    }

    /// <summary>Says so too, and what to take where one of them is the pick.</summary>
    /// <param name="result">The ranking.</param>
    /// <param name="deleted">Their steps, ascending; none for no warning.</param>
    public static IReadOnlyList<RankingWarning> Of(RankingResult result, IReadOnlyList<int> deleted)
    {
        ArgumentNullException.ThrowIfNull(result);
        IReadOnlyList<RankingWarning> alone = Of(deleted);
        if (result.Pick is not int pick || !deleted.Contains(pick))
        {
            return alone;
        }

        CheckpointScore[] left = [.. result.Checkpoints.Where(row => !deleted.Contains(row.Step))];
        string best = BestCheckpoints.Of(left, 1) is [int step]
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"of those that are there step {step} scores highest, {left.First(row => row.Step == step).Score:F4}")
            : "none of those that are there has a score";
        return
        [
            .. alone, new RankingWarning(
                RankingWarningIds.PickDeleted,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The folder of the pick, step {pick}, was deleted: by the run's own scores it was not among the best; {best}."),
                [pick]),
        ];
    }
}
