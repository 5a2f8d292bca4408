namespace Hone.Selection;

/// <summary>The windows of a sweep where none are given.</summary>
public static class SweepGrid
{
    private static readonly int[] Usual = [10, 25, 50, 100, 200];
    private const int FewestUsual = 3;

    /// <summary>10, 25, 50, 100, 200 steps and the checkpoint interval, as far as the log is long; for short logs also half and
    /// twice the interval, and the log as a whole.</summary>
    /// <param name="checkpointSteps">C of each checkpoint, at least one.</param>
    /// <param name="firstStep">The first step of the log, from 1.</param>
    /// <returns>At least one window, ascending.</returns>
    /// <exception cref="ArgumentException">There are no checkpoints.</exception>
    public static IReadOnlyList<int> Windows(ReadOnlySpan<int> checkpointSteps, int firstStep)
    {
        int[] steps = [.. checkpointSteps.ToArray().Distinct().Order()];
        if (steps.Length == 0)
        {
            throw new ArgumentException("There are no checkpoints to rank.", nameof(checkpointSteps));
        }

        int whole = (int)Math.Clamp((long)steps[^1] - firstStep + 1, 1, int.MaxValue);
        int[] distances = [.. steps.Zip(steps.Skip(1), (step, next) => next - step).Order()];
        int interval = distances.Length > 0 ? distances[(distances.Length - 1) / 2] : whole;
        SortedSet<int> windows = [.. Usual.Append(interval).Where(steps => steps <= whole)];
        if (windows.Count < FewestUsual)
        {
            windows.UnionWith([Math.Max(1, interval / 2), Math.Min(whole, (int)Math.Min(2L * interval, int.MaxValue)), whole]);
        }

        return [.. windows];
    }
}
