using System.Globalization;

namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>Coverage where rewards depend on uncertainty, come in groups of a prompt, and drift.</summary>
public class GroupedCoverageTests(ITestOutputHelper output)
{
    // One standard deviation of hardness costs 15 points.
    private const double Slope = 0.15;

    [Theory]
    [InlineData(RankingReading.Paper, 16, 8)]
    [InlineData(RankingReading.ReferenceCode, 32, 4)]
    public void The_interval_holds_the_truth_as_often_as_it_says(RankingReading reading, int prompts, int group)
    {
        // 150 runs have a standard error of 1.8 points at 95 %: two of them below the band of the thousand runs.
        Coverage coverage = Run(reading, new GroupedRun(50, prompts, group, Slope, 0.1, 0.0, 0.5, 0.1), 10, 150);
        Assert.InRange(coverage.Ours, 0.885, 1.0);
    }

    /// <summary>Between 92 and 98 %, and where the chance of a reward drifts by more than it wavers, above.</summary>
    [Theory]
    [Trait("Category", "Long")]
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.0, 0.0, 0.0, 0.0, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.0, 0.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.0, 0.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 20, 16, 8, 10, 0.0, 0.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.2, 0.0, 0.0, 0.0, 0.98, 1.0)] // 100.0 %: too wide
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.2, 0.0, 0.5, 0.1, 0.97, 0.995)] // 98.3 %: too wide
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.2, 0.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 50, 16, 8, 3, 0.2, 0.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 20, 16, 8, 10, 0.2, 0.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 100, 16, 8, 10, 0.2, 0.0, 0.5, 0.1, 0.98, 1.0)] // 99.1 %: too wide
    [InlineData(RankingReading.Paper, 50, 16, 8, 10, 0.2, 1.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.Paper, 100, 16, 8, 10, 0.2, 1.0, 0.5, 0.1, 0.98, 1.0)] // 99.1 %: too wide
    [InlineData(RankingReading.Paper, 20, 16, 8, 10, 0.2, 1.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 50, 32, 4, 10, 0.0, 0.0, 0.0, 0.0, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 50, 32, 4, 10, 0.0, 0.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 50, 32, 4, 10, 0.0, 0.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 20, 32, 4, 10, 0.0, 0.0, 0.7, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 50, 32, 4, 10, 0.2, 0.0, 0.5, 0.1, 0.97, 0.995)] // 98.4 %: too wide
    [InlineData(RankingReading.ReferenceCode, 100, 16, 8, 10, 0.2, 0.0, 0.5, 0.1, 0.92, 0.98)]
    [InlineData(RankingReading.ReferenceCode, 50, 32, 4, 10, 0.2, 1.0, 0.5, 0.1, 0.92, 0.98)]
    public void A_thousand_runs(
        RankingReading reading, int steps, int prompts, int group, double percent, double drift, double fall, double rho,
        double deviation, double lowest, double highest)
    {
        LongTests.OnlyWhenAsked();
        GroupedRun run = new(steps, prompts, group, Slope, drift, fall, rho, deviation);
        Coverage coverage = Run(reading, run, percent, 1000);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(reading == RankingReading.Paper ? "paper" : "reference code")} | {steps} | {prompts} x {group} | {percent} | {drift} | {fall} | {rho} | {deviation} | "
            + $"{run.Truth(reading, percent):F3} | {coverage.Ours:P1} | {coverage.Blocks:P1} | {coverage.Plain:P1} | {coverage.Width:F3} |"));
        Assert.InRange(coverage.Ours, lowest, highest);
    }

    private static Coverage Run(RankingReading reading, GroupedRun run, double percent, int runs) => Coverage.Of(
        run.Draw, run.Truth(reading, percent),
        new RankingOptions { WindowSteps = run.Steps, HardestPercent = percent, Reading = reading }, runs);
}
