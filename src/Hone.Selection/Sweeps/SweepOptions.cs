namespace Hone.Selection;

/// <summary>The grid of a sweep, and how each cell is scored.</summary>
public sealed record SweepOptions
{
    /// <summary>The p of the grid unless told otherwise, in percent; 100 is the mean training reward.</summary>
    public static IReadOnlyList<double> DefaultPercents { get; } = [1, 2, 3, 5, 10, 20, 50, 100];

    /// <summary>Most values of p, and of delta.</summary>
    public const int MostValues = 50;

    /// <summary>The p of the grid, each in (0, 100]; repeats count once.</summary>
    /// <value>Default <see cref="DefaultPercents"/>.</value>
    public IReadOnlyList<double> HardestPercents { get; init; } = DefaultPercents;

    /// <summary>The delta of the grid, each at least 1; repeats count once.</summary>
    public required IReadOnlyList<int> WindowSteps { get; init; }

    /// <summary>Which reading of the method.</summary>
    /// <value>Default <see cref="RankingReading.Paper"/>.</value>
    public RankingReading Reading { get; init; } = RankingReading.Paper;

    /// <summary>Bootstrap replicates behind each band and the probabilities of being best, at least 1.</summary>
    /// <value>Default that of a ranking, 500, so that a cell's bands are those that ranking it alone shows.</value>
    public int Replicates { get; init; } = new RankingOptions().Replicates;

    /// <summary>Random halvings of the prompts behind each stability, in [1, 64].</summary>
    /// <value>Default 50.</value>
    public int Splits { get; init; } = 50;

    internal void Validate()
    {
        if (HardestPercents.Count == 0 || WindowSteps.Count == 0)
        {
            throw new ArgumentException("A sweep needs at least one percent and one window.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(HardestPercents.Count, MostValues, nameof(HardestPercents));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(WindowSteps.Count, MostValues, nameof(WindowSteps));

        foreach (double percent in HardestPercents)
        {
            if (percent is not (> 0.0 and <= 100.0))
            {
                throw new ArgumentOutOfRangeException(nameof(HardestPercents), percent, "A hardest percent is in (0, 100].");
            }
        }

        foreach (int window in WindowSteps)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window, nameof(WindowSteps));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Replicates, nameof(Replicates));
        if (Splits is not (>= 1 and <= SplitHalves.MostSplits))
        {
            throw new ArgumentOutOfRangeException(nameof(Splits), Splits, "The number of splits is in [1, 64].");
        }
    }
}
