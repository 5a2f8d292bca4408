namespace Hone.Selection.Tests.Comparison;

/// <summary>Aggregates against numbers done by hand, and by NumPy and SciPy with rliable's formulas.</summary>
public sealed class AggregateScoresTests
{
    private static readonly double[][] X = [[0.12, 0.40, 0.85, 0.55], [0.20, 0.35, 0.90, 0.10], [0.15, 0.50, 0.70, 1.30]];
    private static readonly double[][] Y = [[0.10, 0.45, 0.80, 0.55], [0.30, 0.35, 0.95, 0.60]];

    [Fact]
    public void TheInterquartileMeanCutsAQuarterAtEitherEnd()
    {
        // Of twelve scores three go at either end: 0.20, 0.35, 0.40, 0.50, 0.55, 0.70 remain.
        Assert.Equal(2.7 / 6, AggregateScores.Iqm(X), Tolerance.Rounding);
        Assert.Equal((0.35 + 0.45 + 0.55 + 0.60) / 4, AggregateScores.Iqm(Y), Tolerance.Rounding);

        // Fewer than four are all kept; of five, one goes at either end.
        Assert.Equal(2.0, AggregateScores.Iqm([[1, 2, 3]]), Tolerance.Rounding);
        Assert.Equal(3.0, AggregateScores.Iqm([[1, 2, 3, 4, 100]]), Tolerance.Rounding);
    }

    [Fact]
    public void MeanMedianAndOptimalityGap()
    {
        Assert.Equal(0.51, AggregateScores.Mean(X), Tolerance.Rounding);
        Assert.Equal(0.5125, AggregateScores.Mean(Y), Tolerance.Rounding);

        // Task means of X: 0.1567, 0.4167, 0.8167, 0.65; those of Y: 0.2, 0.4, 0.875, 0.575.
        Assert.Equal(1.6 / 3, AggregateScores.Median(X), Tolerance.Rounding);
        Assert.Equal(0.4875, AggregateScores.Median(Y), Tolerance.Rounding);

        // The 1.30 counts as 1: 1 - 5.82 / 12.
        Assert.Equal(0.515, AggregateScores.OptimalityGap(X, 1.0), Tolerance.Rounding);
        Assert.Equal(0.10, AggregateScores.OptimalityGap(Y, 0.5), Tolerance.Rounding);
    }

    [Fact]
    public void SharesAboveAThresholdLeaveItOut()
    {
        Assert.Equal(6.0 / 12, AggregateScores.ShareAbove(X, 0.40 + 0.05), Tolerance.Rounding);
        Assert.Equal(1.0 / 12, AggregateScores.ShareAbove(X, 0.90), Tolerance.Rounding);
    }

    [Fact]
    public void ProbabilityOfImprovementIsTheMeanOfMannWhitneyPerTask()
    {
        // Wins of X in six pairs a task: 3, 3.5, 3, 1.5.
        Assert.Equal(11.0 / 24, AggregateScores.ProbabilityOfImprovement(X, Y), Tolerance.Rounding);
        Assert.Equal(13.0 / 24, AggregateScores.ProbabilityOfImprovement(Y, X), Tolerance.Rounding);
        Assert.Equal(0.5, AggregateScores.ProbabilityOfImprovement(X, X), Tolerance.Rounding);
    }
}
