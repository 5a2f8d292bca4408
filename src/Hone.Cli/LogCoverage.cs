using System.Globalization;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>The checkpoints whose windows a log covers, and what is to be said of the others.</summary>
/// <param name="Covered">Those to rank, by step; at least one.</param>
/// <param name="Warnings">Why others are left out, and whether windows are shorter than asked for.</param>
internal sealed record LogCoverage(IReadOnlyList<Checkpoint> Covered, IReadOnlyList<RankingWarning> Warnings)
{
    private const string LeftOut = "checkpoint_left_out";
    private const string Shortened = "window_shortened";
    private const int StepsNamed = 5;

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
        int pace = Pace(steps);

        // A log of every tenth step speaks for the nine before each, and for those until the next is due.
        // Tables that were logged again count too: their steps trained on the same completions.
        int first = Math.Max(1, steps[0] - pace + 1);
        int last = Math.Max(log.LastStep, pace > 1 ? Math.Min(steps[^1], int.MaxValue - pace) + pace : steps[^1]);
        List<Checkpoint> covered = [];
        List<int> start = [], later = [], early = [], empty = [];
        bool shortened = false;
        foreach (Checkpoint checkpoint in checkpoints)
        {
            int from = From(checkpoint.Step, options);
            List<int>? reason = checkpoint.Step < 1 ? start
                : checkpoint.Step > last ? later
                : windowGiven && from < first ? early
                : !Any(steps, from, checkpoint.Step) ? empty
                : null;
            reason?.Add(checkpoint.Step);
            if (reason is null)
            {
                covered.Add(checkpoint);
                shortened |= from < first;
            }
        }

        if (covered.Count == 0)
        {
            throw Nothing(path, checkpoints[^1].Step, checkpoints.Count, steps, options);
        }

        List<RankingWarning> warnings = [];
        Add(start, "no step led there");
        Add(later, string.Create(CultureInfo.InvariantCulture, $"the log ends with step {log.LastStep}"));
        Add(early, string.Create(
            CultureInfo.InvariantCulture, $"the log begins with step {steps[0]}, later than a window of {options.WindowSteps} steps"));
        Add(empty, "the log has no step in the window");
        if (shortened)
        {
            warnings.Add(new RankingWarning(Shortened, string.Create(
                CultureInfo.InvariantCulture,
                $"The log begins with step {steps[0]}: a window that would reach further back than that begins there."), []));
        }

        return new LogCoverage(covered, warnings);

        void Add(List<int> concerned, string why)
        {
            if (concerned.Count > 0)
            {
                string names = string.Join(", ", concerned.Take(StepsNamed))
                    + (concerned.Count > StepsNamed ? $" and {concerned.Count - StepsNamed} more" : "");
                warnings.Add(new RankingWarning(
                    LeftOut, $"Left out: checkpoint{(concerned.Count == 1 ? "" : "s")} {names}, for {why}.", concerned));
            }
        }
    }

    // A window cannot reach back before the first step.
    private static int From(int checkpoint, RankingOptions options) =>
        (int)Math.Max(1, (long)checkpoint - options.WindowSteps + (options.Reading == RankingReading.Paper ? 1 : 0));

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

    // The median distance, which neither a gap nor an extra step moves.
    private static int Pace(int[] steps)
    {
        int[] distances = [.. steps.Zip(steps.Skip(1), (step, next) => next - step).Order()];
        return distances.Length > 0 ? distances[(distances.Length - 1) / 2] : 1;
    }

    private static bool Any(int[] steps, int from, int to)
    {
        int place = Array.BinarySearch(steps, from);
        place = place < 0 ? ~place : place;
        return place < steps.Length && steps[place] <= to;
    }

    private static InvalidDataException Nothing(string path, int checkpoint, int count, int[] steps, RankingOptions options) => new(
        checkpoint < 1
            ? $"{path}: there is no checkpoint but that of step {checkpoint}, to which no step led, expected a later one. "
                + "Hint: say --checkpoints 40,80,120 or --checkpoints DIR."
            : $"{path}: checkpoint {checkpoint} asks for steps {From(checkpoint, options)} to {checkpoint} with a window of "
                + $"{options.WindowSteps}, the log has {steps[0]} to {steps[^1]}"
                + $"{(count > 1 ? $", and covers no other of the {count} checkpoints" : "")}. "
                + "Hint: choose a smaller --window, or --checkpoints that the log covers.");
}
