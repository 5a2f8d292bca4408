namespace Hone.Selection;

/// <summary>Resamples of score matrices.</summary>
internal static class StratifiedBootstrap
{
    /// <summary>Draws every group again. Runs are drawn within each task, independently; tasks, where they are drawn, are the
    /// same for all groups, so that comparisons stay paired.</summary>
    /// <param name="groups">The groups, on the same tasks.</param>
    /// <param name="resampled">What is drawn.</param>
    /// <param name="seed">Seed of this replicate.</param>
    /// <returns>[group][run][task].</returns>
    public static double[][][] Draw(IReadOnlyList<RunGroup> groups, Resampled resampled, ulong seed)
    {
        SplitMix64 random = new(seed);
        int tasks = groups[0].Tasks;
        int[] drawn = new int[tasks];
        for (int task = 0; task < tasks; task++)
        {
            drawn[task] = resampled == Resampled.TasksAndRuns ? random.Below(tasks) : task;
        }

        double[][][] all = new double[groups.Count][][];
        for (int g = 0; g < all.Length; g++)
        {
            double[][] scores = groups[g].Scores;
            all[g] = [.. scores.Select(_ => new double[tasks])];
            foreach (double[] run in all[g])
            {
                for (int task = 0; task < tasks; task++)
                {
                    run[task] = scores[random.Below(scores.Length)][drawn[task]];
                }
            }
        }

        return all;
    }

    /// <summary>What can be drawn: runs where every group has several, else tasks too where there are several.</summary>
    public static Resampled For(IReadOnlyList<RunGroup> groups) =>
        groups.All(group => group.Runs > 1) ? Resampled.Runs
        : groups[0].Tasks > 1 ? Resampled.TasksAndRuns
        : Resampled.Nothing;
}
