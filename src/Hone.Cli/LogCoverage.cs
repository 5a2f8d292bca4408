using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>The checkpoints whose windows a log covers, and what is to be said of the others.</summary>
/// <param name="Covered">Those to rank, by step; at least one.</param>
/// <param name="Warnings">Why others are left out, and whether windows are shorter than asked for.</param>
internal sealed record LogCoverage(IReadOnlyList<Checkpoint> Covered, IReadOnlyList<RankingWarning> Warnings)
{
    /// <summary>Compares the windows with the log's steps.</summary>
    /// <param name="path">The log, for the message.</param>
    /// <param name="log">Its rows; at least one.</param>
    /// <param name="checkpoints">At least one, by step.</param>
    /// <param name="options">Window and reading.</param>
    /// <param name="windowGiven">Whether the window was asked for: then it is not shortened to what the log has.</param>
    /// <exception cref="InvalidDataException">No checkpoint is covered.</exception>
    public static LogCoverage Of(
        string path, RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options, bool windowGiven)
    {
        if (windowGiven && checkpoints.All(checkpoint => checkpoint.Step < options.WindowSteps))
        {
            throw new InvalidDataException(
                $"{path}: --window {options.WindowSteps} asks for as many steps, but the last checkpoint is that of step "
                + $"{checkpoints.Max(checkpoint => checkpoint.Step)}. Hint: choose a smaller --window.");
        }

        int[] steps = StepsOf(log);
        var coverage = WindowCoverage.Of(
            steps, log.LastStep, [.. checkpoints.Select(checkpoint => checkpoint.Step)], options, windowGiven);
        HashSet<int> covered = [.. coverage.Covered];
        return covered.Count > 0
            ? new LogCoverage([.. checkpoints.Where(checkpoint => covered.Contains(checkpoint.Step))], coverage.Warnings)
            : throw Nothing(path, checkpoints[^1].Step, checkpoints.Count, steps, options);
    }

    private static int[] StepsOf(RolloutLog log)
    {
        SortedSet<int> steps = [];
        int before = int.MinValue;
        foreach (int step in log.Steps)
        {
            if (step != before)
            {
                steps.Add(before = step);
            }
        }

        return [.. steps];
    }

    private static InvalidDataException Nothing(string path, int checkpoint, int count, int[] steps, RankingOptions options) => new(
        checkpoint < 1
            ? $"{path}: there is no checkpoint but that of step {checkpoint}, to which no step led, expected a later one. "
                + "Hint: say --checkpoints 40,80,120 or --checkpoints DIR."
            : $"{path}: checkpoint {checkpoint} asks for steps {WindowCoverage.FirstStep(checkpoint, options)} to {checkpoint} with a window of "
                + $"{options.WindowSteps}, the log has {steps[0]} to {steps[^1]}"
                + $"{(count > 1 ? $", and covers no other of the {count} checkpoints" : "")}. "
                + "Hint: choose a smaller --window, or --checkpoints that the log covers.");
}
