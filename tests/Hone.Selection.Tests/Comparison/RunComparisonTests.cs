namespace Hone.Selection.Tests.Comparison;

public sealed class RunComparisonTests
{
    // Against 20,000 replicates of NumPy; 4,000 of ours leave an end of an interval a standard error of about 0.005.
    private const double Replicates = 0.02;

    private static readonly RunGroup A = new("a", Made(5, 6, (run, task) => ((run * 7) + (task * 3)) % 11 / 11.0));
    private static readonly RunGroup B = new("b", Made(5, 6, (run, task) => ((run * 5) + (task * 4) + 2) % 13 / 13.0));

    [Fact]
    public void IntervalsOfTheStratifiedBootstrapAreThoseOfAnIndependentComputation()
    {
        ComparisonResult result = RunComparison.Of([A, B], [0.5], seed: 3, replicates: 4000);
        Assert.Equal((6, Resampled.Runs), (result.Tasks, result.Resampled));
        GroupSummary a = result.Groups[0];
        AssertEstimate(5.0 / 11, 0.3125, 0.5966, a.Iqm);
        AssertEstimate(5.0 / 11, 0.3515, 0.5576, a.Mean);
        AssertEstimate(5.0 / 11, 0.3364, 0.5727, a.Median);
        AssertEstimate(6.0 / 11, 0.4424, 0.6455, a.OptimalityGap);
        AssertEstimate(14.0 / 30, 0.3, 0.6333, a.Profile[0].Share);
        Improvement improvement = Assert.Single(result.Improvements);
        Assert.Equal(("b", "a"), (improvement.Better, improvement.Worse));
        AssertEstimate(82.0 / 150, 0.3933, 0.6933, improvement.Probability);
    }

    [Fact]
    public void ASingleRunDrawsTasksTooAndOneTaskOfOneRunHasNoInterval()
    {
        RunGroup one = new("one", [A.Scores[0]]);
        ComparisonResult tasks = RunComparison.Of([one, A], [], seed: 3);
        Assert.Equal(Resampled.TasksAndRuns, tasks.Resampled);
        Assert.True(tasks.Groups[0].Mean.Low < tasks.Groups[0].Mean.Value && tasks.Groups[0].Mean.Value < tasks.Groups[0].Mean.High);
        ComparisonResult nothing = RunComparison.Of([new RunGroup("x", [[0.3]]), new RunGroup("y", [[0.4]])], [0.35], seed: 3);
        Assert.Equal(Resampled.Nothing, nothing.Resampled);
        Assert.Equal(new Estimate(0.3, null, null), nothing.Groups[0].Iqm);
        Assert.Equal(new Estimate(1.0, null, null), nothing.Improvements[0].Probability);
    }

    [Fact]
    public void TasksAreDrawnOnceForAllGroupsSoThatComparisonsStayPaired()
    {
        // The second is above the first by the same on every task: however tasks are drawn, it always wins.
        RunGroup low = new("low", [[0.1, 0.5, 0.9, 0.2]]), high = new("high", [[0.11, 0.51, 0.91, 0.21]]);
        ComparisonResult result = RunComparison.Of([low, high], [], seed: 3);
        Assert.Equal(new Estimate(1, 1, 1), result.Improvements[0].Probability);
    }

    [Fact]
    public void EqualRunsGiveOneHalfAndOneSeedOneResult()
    {
        ComparisonResult same = RunComparison.Of([A, A with { Name = "again" }], [0, 0.5, 1], seed: 5);
        Assert.Equal(0.5, same.Improvements[0].Probability.Value, Tolerance.Rounding);
        ComparisonResult again = RunComparison.Of([A, A with { Name = "again" }], [0, 0.5, 1], seed: 5);
        Assert.Equal(same.Groups.SelectMany(group => group.Profile), again.Groups.SelectMany(group => group.Profile));
        Assert.Equal(same.Improvements, again.Improvements);
    }

    /// <summary>Of 200 comparisons of equal configurations, the interval of the difference should miss in some 5 %; the percentile
    /// bootstrap of eight runs misses a little more often.</summary>
    [Fact]
    public void TheIntervalOfImprovementCoversOneHalfWhereNothingDiffers()
    {
        const int Trials = 200;
        int covered = 0;
        for (ulong trial = 0; trial < Trials; trial++)
        {
            SplitMix64 random = new(SplitMix64.Hash(5, trial));
            double[][] first = Made(8, 6, (_, _) => SplitMix64.Unit(random.Next()));
            double[][] second = Made(8, 6, (_, _) => SplitMix64.Unit(random.Next()));
            Estimate p = RunComparison.Of(
                [new RunGroup("x", first), new RunGroup("y", second)], [], trial, replicates: 100).Improvements[0].Probability;
            covered += p.Low <= 0.5 && 0.5 <= p.High ? 1 : 0;
        }

        Assert.InRange(covered / (double)Trials, 0.86, 0.99);
    }

    [Fact]
    public void WhatCannotBeComparedIsRefused()
    {
        Assert.Throws<ArgumentException>(() => RunComparison.Of([], [], 1));
        Assert.Throws<ArgumentException>(() => RunComparison.Of([new RunGroup("x", [])], [], 1));
        Assert.Throws<ArgumentException>(() => RunComparison.Of([new RunGroup("x", [[]])], [], 1));
        Assert.Throws<ArgumentException>(() => RunComparison.Of([new RunGroup("x", [[1, 2], [1]])], [], 1));
        Assert.Throws<ArgumentException>(() => RunComparison.Of([A, new RunGroup("x", [[double.NaN, 0, 0, 0, 0, 0]])], [], 1));
    }

    private static double[][] Made(int runs, int tasks, Func<int, int, double> score) =>
        [.. Enumerable.Range(0, runs).Select(run => Enumerable.Range(0, tasks).Select(task => score(run, task)).ToArray())];

    private static void AssertEstimate(double value, double low, double high, Estimate actual)
    {
        Assert.Equal(value, actual.Value, Tolerance.Rounding);
        Assert.Equal(low, actual.Low!.Value, Replicates);
        Assert.Equal(high, actual.High!.Value, Replicates);
    }
}
