using System.Globalization;

namespace Hone.Selection;

/// <summary>The checkpoints whose windows a log covers, and what is to be said of the others.</summary>
/// <param name="Covered">Those to rank, in the order given; empty where the log covers none.</param>
/// <param name="Warnings">Why others are left out, and whether windows are shorter than asked for.</param>
public sealed record WindowCoverage(IReadOnlyList<int> Covered, IReadOnlyList<RankingWarning> Warnings)
{
    /// <summary>Compares the windows with the log's steps.</summary>
    /// <param name="steps">The steps that the log has rollouts of, ascending, each once; at least one.</param>
    /// <param name="lastStep">The last step that the log speaks for, which may be one without rollouts of its own.</param>
    /// <param name="checkpoints">C of each checkpoint, ascending.</param>
    /// <param name="options">Window and reading.</param>
    /// <param name="windowGiven">Whether the window was asked for: then it is not shortened to what the log has.</param>
    /// <exception cref="ArgumentException">There is no step.</exception>
    public static WindowCoverage Of(
        ReadOnlySpan<int> steps, int lastStep, IReadOnlyList<int> checkpoints, RankingOptions options, bool windowGiven)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentNullException.ThrowIfNull(options);
        if (steps.IsEmpty)
        {
            throw new ArgumentException("There are no steps.", nameof(steps));
        }

        // A log of every tenth step speaks for the nine before each, and for those until the next is due.
        // Tables that were logged again count too: their steps trained on the same completions.
        int firstStep = steps[0], pace = Pace(steps);
        int first = (int)Math.Max(1, (long)firstStep - pace + 1);
        int last = Math.Max(lastStep, pace > 1 ? Math.Min(steps[^1], int.MaxValue - pace) + pace : steps[^1]);
        List<int> covered = [], start = [], later = [], early = [], empty = [];
        bool shortened = false;
        foreach (int checkpoint in checkpoints)
        {
            int from = FirstStep(checkpoint, options);
            List<int>? reason = checkpoint < 1 ? start
                : checkpoint > last ? later
                : windowGiven && from < first ? early
                : !Any(steps, from, checkpoint) ? empty
                : null;
            (reason ?? covered).Add(checkpoint);
            shortened |= reason is null && from < first;
        }

        List<RankingWarning> warnings = [];
        Add(start, "no step led there");
        Add(later, string.Create(CultureInfo.InvariantCulture, $"the log ends with step {lastStep}"));
        Add(early, string.Create(
            CultureInfo.InvariantCulture, $"the log begins with step {firstStep}, later than a window of {options.WindowSteps} steps"));
        Add(empty, "the log has no step in the window");
        if (shortened)
        {
            warnings.Add(new RankingWarning(RankingWarningIds.WindowShortened, string.Create(
                CultureInfo.InvariantCulture,
                $"The log begins with step {firstStep}: a window that would reach further back than that begins there."), []));
        }

        return new WindowCoverage(covered, warnings);

        void Add(List<int> concerned, string why)
        {
            if (concerned.Count > 0)
            {
                warnings.Add(new RankingWarning(
                    RankingWarningIds.CheckpointLeftOut, $"Left out: {StepNames.Of(concerned)}, for {why}.", concerned));
            }
        }
    }

    /// <summary>The first step of a checkpoint's window, which cannot reach back before step 1.</summary>
    /// <param name="checkpoint">C.</param>
    /// <param name="options">Window and reading.</param>
    public static int FirstStep(int checkpoint, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (int)Math.Max(1, (long)checkpoint - options.WindowSteps + (options.Reading == RankingReading.Paper ? 1 : 0));
    }

    // The median distance, which neither a gap nor an extra step moves.
    private static int Pace(ReadOnlySpan<int> steps)
    {
        long[] distances = new long[steps.Length - 1];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = (long)steps[i + 1] - steps[i];
        }

        Array.Sort(distances);
        return distances.Length > 0 ? (int)Math.Min(int.MaxValue, distances[(distances.Length - 1) / 2]) : 1;
    }

    private static bool Any(ReadOnlySpan<int> steps, int from, int to)
    {
        int place = steps.BinarySearch(from);
        place = place < 0 ? ~place : place;
        return place < steps.Length && steps[place] <= to;
    }
}
