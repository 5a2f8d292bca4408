namespace Hone.Selection;

/// <summary>Which of some scored checkpoints are the best, by the rule that makes a ranking's pick.</summary>
public static class BestCheckpoints
{
    /// <summary>The steps of the highest scores, best first. Scores within 1e-12 of each other are tied, and the later goes
    /// first.</summary>
    /// <param name="checkpoints">In step order. Those without a finite score are never among the best.</param>
    /// <param name="count">How many, 0 or more; fewer come back where fewer have a score.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IReadOnlyList<int> Of(IReadOnlyList<CheckpointScore> checkpoints, int count)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double?[] left = [.. checkpoints.Select(checkpoint => checkpoint.Score)];
        List<int> best = [];
        while (best.Count < count && HighestPick.Of(left).Index is int index)
        {
            best.Add(checkpoints[index].Step);
            left[index] = null;
        }

        return best;
    }
}
