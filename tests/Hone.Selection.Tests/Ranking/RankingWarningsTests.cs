using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class RankingWarningsTests
{
    [Fact]
    public void A_sound_log_has_no_warnings()
    {
        // Ten steps of 64 records, 10 %: 64 hard ones in each of two disjoint windows; chances far apart, so no tie.
        RolloutScore[] log = Independent(steps: 20, perStep: 64, seed: 1, chance: s => s <= 10 ? 0.2 : 0.8);
        RankingOptions options = new() { WindowSteps = 10, HardestPercent = 10 };
        Assert.Empty(CheckpointRanking.Rank(log, [10, 20], options, 1).Warnings);
    }

    // The reference code's window is closed at both ends, so that neighbours share the step between them.
    [Theory]
    [InlineData(RankingReading.Paper, new[] { 25, 30 })]
    [InlineData(RankingReading.ReferenceCode, new[] { 20, 25, 30 })]
    public void Overlapping_windows_are_named(RankingReading reading, int[] expected)
    {
        RolloutScore[] log = Independent(steps: 30, perStep: 4, seed: 3, chance: _ => 0.5);
        RankingOptions options = new() { WindowSteps = 10, Reading = reading };
        RankingResult result = CheckpointRanking.Rank(log, [10, 20, 25, 30], options, 1);
        Assert.Equal(expected, Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.WindowsOverlap).Steps);
    }

    [Fact]
    public void Constant_rewards_are_named_and_long_lists_are_cut()
    {
        RolloutScore[] log = Independent(steps: 7, perStep: 4, seed: 3, chance: _ => 1.0);
        RankingOptions options = new() { WindowSteps = 1 };
        RankingResult result = CheckpointRanking.Rank(log, [1, 2, 3, 4, 5, 6, 7], options, 1);
        RankingWarning warning = Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.ConstantReward);
        Assert.Equal("All rewards are equal in the window of checkpoints 1, 2, 3, 4, 5 and 2 more.", warning.Message);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], warning.Steps);
    }
}
