using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class PaperReadingTests
{
    // Windows of two steps. C = 2 holds the first four rows, C = 4 the last four.
    //   C = 2, hardest first: 0.9 (1,0,0) reward 0, 0.9 (2,1,0) reward 1, 0.5 reward 1, 0.1 reward 0
    //   C = 4, hardest first: 0.4 (3,0,0) reward 1, 0.4 (3,0,1) reward 0, 0.4 (3,1,0) reward 1, 0.2 reward 1
    private static readonly RolloutScore[] Table =
    [
        Row(1, 0, 0, 0.9, 0),
        Row(1, 0, 1, 0.5, 1),
        Row(2, 1, 0, 0.9, 1),
        Row(2, 1, 1, 0.1, 0),
        Row(3, 0, 0, 0.4, 1),
        Row(3, 0, 1, 0.4, 0),
        Row(3, 1, 0, 0.4, 1),
        Row(4, 0, 0, 0.2, 1),
    ];

    [Theory]
    [InlineData(3, 1, 0.0, 0.9, 1.0, 0.4)] // floor(0.12) = 0, so n = 1; the tie at 0.9 goes to step 1
    [InlineData(25, 1, 0.0, 0.9, 1.0, 0.4)]
    [InlineData(49, 1, 0.0, 0.9, 1.0, 0.4)] // floor(1.96) = 1
    [InlineData(50, 2, 0.5, 0.9, 0.5, 0.4)]
    [InlineData(75, 3, 2.0 / 3.0, 0.5, 2.0 / 3.0, 0.4)]
    [InlineData(100, 4, 0.5, 0.1, 0.75, 0.2)]
    public void Scores_by_hand(
        double percent, int hard, double score2, double threshold2, double score4, double threshold4)
    {
        RankingResult result = Rank(Table, percent);
        Assert.Equal([2, 4], result.Checkpoints.Select(c => c.Step));
        Assert.All(result.Checkpoints, c => Assert.Equal((hard, 4, 4, 2), (c.Hard, c.Samples, c.Records, c.Steps)));
        Assert.Equal(score2, result.Checkpoints[0].Score!.Value, Tolerance.Rounding);
        Assert.Equal(score4, result.Checkpoints[1].Score!.Value, Tolerance.Rounding);
        Assert.Equal(threshold2, result.Checkpoints[0].Threshold);
        Assert.Equal(threshold4, result.Checkpoints[1].Threshold);
        Assert.Equal(0.5, result.Checkpoints[0].TrainReward);
        Assert.Equal(0.75, result.Checkpoints[1].TrainReward);
        Assert.Equal(4, result.Pick);
        Assert.Equal(UncertaintySource.Policy, result.Uncertainty);
    }

    [Fact]
    public void A_tied_pick_goes_to_the_later_checkpoint_and_is_reported()
    {
        RankingResult result = Rank(Table, 50);
        Assert.Equal(4, result.Pick);
        Assert.Equal([2, 4], result.TiedSteps);
        RankingWarning warning = Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.TiedPick);
        Assert.Equal([2, 4], warning.Steps);
        Assert.Equal("The highest score is shared by checkpoints 2, 4; the latest is picked.", warning.Message);
    }

    [Fact]
    public void Sums_that_differ_in_the_last_bit_are_a_tie()
    {
        // 0.1 + 0.2 + 0.3 is 0.6000000000000001 and 0.3 + 0.2 + 0.1 is 0.6: the earlier checkpoint has the larger sum.
        RolloutScore[] log =
        [
            Row(1, 0, 0, 3, 0.1), Row(1, 0, 1, 2, 0.2), Row(1, 0, 2, 1, 0.3),
            Row(2, 0, 0, 3, 0.3), Row(2, 0, 1, 2, 0.2), Row(2, 0, 2, 1, 0.1),
        ];
        RankingResult result =
            CheckpointRanking.Rank(log, [1, 2], new RankingOptions { HardestPercent = 100, WindowSteps = 1 }, 0);
        Assert.True(result.Checkpoints[0].Score > result.Checkpoints[1].Score);
        Assert.Equal(2, result.Pick);
        Assert.Equal([1, 2], result.TiedSteps);
    }

    [Fact]
    public void An_earlier_checkpoint_can_win()
    {
        // Rewards of C = 4 turned to 0: scores 1/2 and 0.
        RolloutScore[] log = [.. Table.Select(r => r.Step > 2 ? r with { Reward = 0 } : r)];
        RankingResult result = Rank(log, 50);
        Assert.Equal(2, result.Pick);
        Assert.Empty(result.TiedSteps);
    }

    [Fact]
    public void The_reference_models_numbers_are_not_used()
    {
        RolloutScore[] log = [.. Table.Select(r => r with { ReferenceAnll = -r.Anll })];
        Assert.Equal(Text(Rank(Table, 25)), Text(Rank(log, 25)));
    }

    [Fact]
    public void Truncation_is_counted_in_the_hard_set_only()
    {
        // Cut off: the two easiest of C = 2 and the single hardest of C = 4. With n = 2 that is 0 of 2 and 1 of 2.
        RolloutScore[] log =
        [
            .. Table.Select(r => r with { Truncated = (r.Step <= 2 && r.Sample == 1) || r == Table[4] }),
        ];
        Assert.Equal([0.0, 0.5], Rank(log, 50).Checkpoints.Select(c => c.Truncated!.Value));
    }

    [Fact]
    public void The_order_of_the_log_and_of_the_checkpoints_does_not_matter()
    {
        RolloutScore[] log = Independent(steps: 30, perStep: 8, seed: 4, chance: _ => 0.5);
        RankingOptions options = new() { WindowSteps = 10, HardestPercent = 10 };
        RolloutScore[] shuffled = [.. log.OrderBy(r => SplitMix64.Hash((ulong)r.Step, (ulong)r.Prompt))];
        Assert.NotEqual(log, shuffled);
        string expected = Text(CheckpointRanking.Rank(log, [10, 20, 30], options, 9));
        Assert.Equal(expected, Text(CheckpointRanking.Rank(shuffled, [30, 10, 20, 10], options, 9)));
    }

    private static RankingResult Rank(RolloutScore[] log, double percent) =>
        CheckpointRanking.Rank(log, [2, 4], new RankingOptions { WindowSteps = 2, HardestPercent = percent }, 1);
}
