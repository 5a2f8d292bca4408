namespace Hone.Selection;

/// <summary>The scores of several runs of one configuration.</summary>
/// <param name="Name">What the configuration is called.</param>
/// <param name="Scores">[run][task] finite scores; tasks are the same, in the same order, for all groups compared.</param>
public sealed record RunGroup(string Name, double[][] Scores)
{
    /// <summary>Number of runs.</summary>
    public int Runs => Scores.Length;

    /// <summary>Number of tasks.</summary>
    public int Tasks => Scores[0].Length;
}

/// <summary>What a bootstrap draws again.</summary>
public enum Resampled
{
    /// <summary>One run on one task: there is nothing to draw, and no interval.</summary>
    Nothing,

    /// <summary>Runs within each task, independently (rliable's stratified bootstrap): intervals hold for these tasks.</summary>
    Runs,

    /// <summary>Tasks, with the runs within each: intervals hold for tasks like these, and with a single run for that run.</summary>
    TasksAndRuns,
}

/// <summary>A value with its 95 % interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end; null where nothing could be resampled.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Estimate(double Value, double? Low, double? High);

/// <summary>One point of a performance profile.</summary>
/// <param name="Threshold">tau.</param>
/// <param name="Share">Share of (run, task) scores above tau.</param>
public readonly record struct ProfilePoint(double Threshold, Estimate Share);

/// <summary>What a group of runs comes to.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Runs">Number of runs.</param>
/// <param name="Iqm">Interquartile mean of all (run, task) scores.</param>
/// <param name="Mean">Mean over tasks of the mean over runs.</param>
/// <param name="Median">Median over tasks of the mean over runs.</param>
/// <param name="OptimalityGap">How far scores fall short of the target, on average; lower is better.</param>
/// <param name="Profile">Share of scores above each threshold.</param>
public sealed record GroupSummary(
    string Name, int Runs, Estimate Iqm, Estimate Mean, Estimate Median, Estimate OptimalityGap,
    IReadOnlyList<ProfilePoint> Profile);

/// <summary>How likely one group does better than another on a task.</summary>
/// <param name="Better">The group on the left.</param>
/// <param name="Worse">The group on the right.</param>
/// <param name="Probability">Mean over tasks of the share of run pairs in which the left scores higher, ties half.</param>
public sealed record Improvement(string Better, string Worse, Estimate Probability);

/// <summary>Groups of runs, compared.</summary>
/// <param name="Groups">Each group, in the order given.</param>
/// <param name="Improvements">Each group against each one before it.</param>
/// <param name="Tasks">Number of tasks.</param>
/// <param name="Resampled">What the intervals are made of.</param>
/// <param name="Target">gamma of the optimality gap.</param>
public sealed record ComparisonResult(
    IReadOnlyList<GroupSummary> Groups, IReadOnlyList<Improvement> Improvements, int Tasks, Resampled Resampled, double Target);
