using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class RankingWindowTests
{
    // One record a step whose reward is the step: the mean names the steps in the window.
    private static readonly RolloutScore[] Steps = [.. Enumerable.Range(1, 10).Select(s => Row(s, s, 0, 1.0, s))];

    [Theory]
    [InlineData(RankingReading.Paper, 5, 2, 2, 4.5)] // (3, 5]: 4 5
    [InlineData(RankingReading.ReferenceCode, 5, 2, 3, 4.0)] // [3, 5]: 3 4 5
    [InlineData(RankingReading.Paper, 5, 1, 1, 5.0)]
    [InlineData(RankingReading.ReferenceCode, 5, 1, 2, 4.5)]
    [InlineData(RankingReading.Paper, 3, 100, 3, 2.0)] // reaches back before the first step
    [InlineData(RankingReading.Paper, 12, 4, 2, 9.5)] // reaches past the last: (8, 12]
    [InlineData(RankingReading.ReferenceCode, 12, 4, 3, 9.0)]
    [InlineData(RankingReading.Paper, int.MaxValue, int.MaxValue, 10, 5.5)]
    public void Windows_hold_the_steps_they_should(
        RankingReading reading, int checkpoint, int delta, int steps, double mean)
    {
        RankingOptions options = new() { Reading = reading, WindowSteps = delta, HardestPercent = 100 };
        CheckpointScore score = CheckpointRanking.Rank(Steps, [checkpoint], options, 1).Checkpoints[0];
        Assert.Equal((steps, steps), (score.Steps, score.Records));
        Assert.Equal(mean, score.Score!.Value, Tolerance.Rounding);
    }

    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void A_checkpoint_without_records_has_no_score_and_is_never_picked(RankingReading reading)
    {
        // Negative rewards: a missing score taken for 0 would win.
        RolloutScore[] log = [.. Steps.Select(r => r with { Reward = -r.Reward })];
        RankingOptions options = new() { Reading = reading, WindowSteps = 2 };
        RankingResult result = CheckpointRanking.Rank(log, [0, 4, 50], options, 1);
        Assert.Equal(4, result.Pick);
        Assert.Equal(new CheckpointScore { Step = 0 }, result.Checkpoints[0]);
        Assert.Equal(new CheckpointScore { Step = 50 }, result.Checkpoints[2]);
        Assert.Equal(1.0, result.Checkpoints[1].ProbabilityBest!.Value, Tolerance.Rounding);
        Assert.Equal([0, 50], Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.NoRecords).Steps);
    }

    [Fact]
    public void A_log_without_usable_records_picks_nothing()
    {
        RankingResult result = CheckpointRanking.Rank([], [5, 10], new RankingOptions(), 1);
        Assert.Null(result.Pick);
        Assert.Empty(result.TiedSteps);
        Assert.All(result.Checkpoints, c => Assert.Null(c.ProbabilityBest));
        Assert.All(result.Controls, c => Assert.Null(c.Value));
        Assert.Equal(10, Assert.Single(result.Controls, c => c.Name == RankingControls.Last).Step);
    }

    [Fact]
    public void Records_that_are_not_numbers_are_left_out_and_counted()
    {
        // NaN would sort anywhere and infinity first; without them n = 1 is the record with reward 3.
        RolloutScore[] log =
        [
            Row(1, 0, 0, double.NaN, 8),
            Row(1, 0, 1, double.PositiveInfinity, 8),
            Row(1, 0, 2, 0.7, 3),
            Row(1, 0, 3, 0.9, double.NaN),
            Row(1, 0, 4, 0.2, 5),
        ];
        RankingResult result = CheckpointRanking.Rank(log, [1], new RankingOptions { HardestPercent = 50 }, 1);
        Assert.Equal(3.0, result.Checkpoints[0].Score);
        Assert.Equal((1, 2), (result.Checkpoints[0].Hard, result.Checkpoints[0].Samples));
        Assert.Equal(4.0, result.Checkpoints[0].TrainReward);
        Assert.Equal(
            "2 of 5 rollouts left out: their uncertainty is missing or not finite.",
            Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.AnllNotFinite).Message);
        Assert.Equal(
            "1 of 5 rollouts left out: their reward is missing or not finite.",
            Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.RewardNotFinite).Message);
    }

    [Fact]
    public void Bad_arguments_are_errors()
    {
        Assert.Throws<ArgumentException>(() => CheckpointRanking.Rank(Steps, [], new RankingOptions(), 1));
        foreach (RankingOptions bad in new RankingOptions[]
        {
            new() { HardestPercent = 0 },
            new() { HardestPercent = 100.1 },
            new() { HardestPercent = double.NaN },
            new() { WindowSteps = 0 },
            new() { Replicates = 0 },
            new() { Reading = (RankingReading)5 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => CheckpointRanking.Rank(Steps, [1], bad, 1));
        }
    }
}
