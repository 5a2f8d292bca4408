using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class RankingUncertaintyTests
{
    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void Intervals_hold_the_score_and_the_truth_on_independent_records(RankingReading reading)
    {
        // Reward is 1 with chance 1/2 whatever the uncertainty, so every window's true score is 1/2: 200 windows of 40
        // steps with 160 hard units. Nominal coverage 95 %; 200 trials have a standard error of 1.5 points.
        const int Trials = 200;
        const double Lowest = 0.90;
        const double Highest = 0.995;
        RankingOptions options = new()
        {
            Reading = reading,
            WindowSteps = 40,
            HardestPercent = 25,
            Replicates = 200,
        };
        int truth = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            // Every record has its own prompt, so that the maximum over a prompt is its one reward.
            RolloutScore[] log =
            [
                .. Independent(40, 16, (ulong)(1000 + trial), _ => 0.5)
                    .Select(r => r with { Prompt = (r.Step * 16) + r.Prompt }),
            ];
            CheckpointScore score = CheckpointRanking.Rank(log, [40], options, (ulong)trial).Checkpoints[0];
            Assert.InRange(score.Score!.Value, score.Low!.Value, score.High!.Value);
            truth += score.Low <= 0.5 && 0.5 <= score.High ? 1 : 0;
        }

        Assert.InRange((double)truth / Trials, Lowest, Highest);
    }

    [Fact]
    public void Runs_of_good_and_bad_steps_widen_the_interval()
    {
        // 60 steps whose chance of reward switches every 10 steps, and the same records with the steps dealt out anew:
        // equal score, but in the first log neighbouring steps say the same thing twice.
        RolloutScore[] runs = Independent(60, 16, 21, step => (step - 1) / 10 % 2 == 0 ? 0.1 : 0.9);
        RolloutScore[] dealt = [.. runs.Select(r => r with { Step = 1 + (r.Step * 37 % 61 - 1) })];
        Assert.Equal(Enumerable.Range(1, 60), dealt.Select(r => r.Step).Distinct().Order());
        CheckpointScore serial = Rank(runs, [60], 60).Checkpoints[0];
        CheckpointScore mixed = Rank(dealt, [60], 60).Checkpoints[0];
        Assert.Equal(serial.Score!.Value, mixed.Score!.Value, Tolerance.Rounding);
        const double Least = 2.0;
        const double Most = 7.0;
        double ratio = (serial.High - serial.Low)!.Value / (mixed.High - mixed.Low)!.Value;
        Assert.InRange(ratio, Least, Most); // runs of 10 alike steps: sqrt(10), and more for a surer sign of correlation
    }

    [Fact]
    public void One_step_has_a_score_but_no_interval()
    {
        CheckpointScore score = Rank(Independent(1, 50, 3, _ => 0.5), [1], 1).Checkpoints[0];
        Assert.NotNull(score.Score);
        Assert.Null(score.Low);
        Assert.Null(score.High);
        Assert.Null(score.ProbabilityBest);
    }

    [Fact]
    public void A_short_first_window_leaves_the_others_comparable()
    {
        // The checkpoint of step 2 rests on two steps, and tells nothing of itself alone.
        RolloutScore[] log = Independent(300, 32, 5, step => step <= 200 ? 0.3 : 0.9);
        Assert.Equal([300], Rank(log, [100, 200, 300], 100).Indistinguishable);
        Assert.DoesNotContain(100, Rank(log, [2, 100, 200, 300], 100).Indistinguishable);
        Assert.DoesNotContain(200, Rank(log, [2, 100, 200, 300], 100).Indistinguishable);
    }

    [Fact]
    public void A_window_of_one_step_takes_no_part_in_the_probability_of_being_best()
    {
        RankingResult result = Rank(Independent(41, 8, 6, _ => 0.5), [1, 20, 40], 20);
        Assert.Null(result.Checkpoints[0].ProbabilityBest);
        Assert.Equal(1.0, result.Checkpoints.Sum(c => c.ProbabilityBest ?? 0.0), Tolerance.Rounding);
    }

    [Fact]
    public void Equal_rewards_in_a_window_still_have_an_interval()
    {
        CheckpointScore score = Rank(Independent(40, 16, 5, step => step <= 20 ? 0.5 : 1.0), [20, 40], 20).Checkpoints[1];
        Assert.Equal(1.0, score.Score);
        Assert.Equal(1.0, score.High);
        Assert.InRange(score.Low!.Value, 0.95, 0.995); // 160 hard ones, all right: Jeffreys' lower end is 0.984
    }

    [Fact]
    public void The_better_of_two_far_apart_is_surely_best()
    {
        RolloutScore[] log = Independent(40, 32, 5, step => step <= 20 ? 0.9 : 0.3);
        RankingResult result = Rank(log, [20, 40], 20);
        Assert.Equal([1.0, 0.0], result.Checkpoints.Select(c => Math.Round(c.ProbabilityBest!.Value, 12)));
    }

    [Fact]
    public void Equal_checkpoints_share_the_probability()
    {
        // All rewards 1: what rewards of 0 there might be is all that differs. 500 replicates have a standard error of 2 points.
        RankingResult result = Rank(Independent(30, 8, 5, _ => 1.0), [10, 20, 30], 10);
        Assert.All(result.Checkpoints, c => Assert.Equal(1.0 / 3.0, c.ProbabilityBest!.Value, Tolerance.StandardErrors * 0.021));
        Assert.Equal(1.0, result.Checkpoints.Sum(c => c.ProbabilityBest!.Value), Tolerance.Rounding);
        Assert.True(result.NothingDiffers);
        Assert.Equal(30, result.Pick);
    }

    [Fact]
    public void Probabilities_sum_to_one()
    {
        RankingResult result = Rank(Independent(50, 8, 6, _ => 0.5), [10, 20, 30, 40, 50], 10);
        Assert.Equal(1.0, result.Checkpoints.Sum(c => c.ProbabilityBest!.Value), Tolerance.Rounding);
        Assert.All(result.Checkpoints, c => Assert.InRange(c.ProbabilityBest!.Value, 0.0, 0.99));
    }

    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void Same_seed_same_bits_and_another_seed_moves_only_what_is_random(RankingReading reading)
    {
        RolloutScore[] log = [.. Independent(40, 16, 7, _ => 0.5).Select(r => r with { Prompt = (r.Step * 16) + r.Prompt })];
        RankingOptions options = new() { Reading = reading, WindowSteps = 20, HardestPercent = 20 };
        RankingResult first = CheckpointRanking.Rank(log, [20, 40], options, 1);
        RankingResult again = CheckpointRanking.Rank(log, [20, 40], options, 1);
        RankingResult other = CheckpointRanking.Rank(log, [20, 40], options, 2);
        Assert.Equal(Text(first), Text(again));
        Assert.NotEqual(Text(first), Text(other));
        Assert.Equal(first.Pick, other.Pick);
        Assert.Equal(first.Checkpoints.Select(c => c.Score), other.Checkpoints.Select(c => c.Score));
    }

    [Fact]
    public void Another_checkpoint_in_the_list_does_not_move_an_interval()
    {
        RolloutScore[] log = Independent(40, 16, 7, _ => 0.5);
        CheckpointScore alone = Rank(log, [40], 20).Checkpoints[0];
        CheckpointScore beside = Rank(log, [20, 40], 20).Checkpoints[1];
        Assert.Equal((alone.Low, alone.High), (beside.Low, beside.High));
    }

    [Fact]
    public void Equal_windows_are_resampled_independently()
    {
        // Steps 21 to 40 repeat steps 1 to 20. With one stream for both, every replicate would tie.
        RolloutScore[] half = [.. Independent(20, 16, 7, _ => 0.5).Select(r => r with { Reward = Math.Sqrt(r.Anll) })];
        RankingResult result = Rank([.. half, .. half.Select(r => r with { Step = r.Step + 20 })], [20, 40], 20);
        Assert.Equal(result.Checkpoints[0].Score, result.Checkpoints[1].Score);
        Assert.NotEqual(result.Checkpoints[0].Low, result.Checkpoints[1].Low);
    }

    private static RankingResult Rank(RolloutScore[] log, int[] checkpoints, int delta) =>
        CheckpointRanking.Rank(log, checkpoints, new RankingOptions { WindowSteps = delta, HardestPercent = 50 }, 1);
}
