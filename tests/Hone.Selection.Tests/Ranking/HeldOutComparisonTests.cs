using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class HeldOutComparisonTests
{
    // Scores 3, 0, 1 at steps 1, 2, 3: the hardest two of four records a step.
    private static readonly double[][] Rewards = [[3, 3, 0, 0], [0, 0, 9, 1], [1, 1, 1, 2]];

    private static readonly RankingResult Ranking = CheckpointRanking.Rank(
        [.. Rewards.SelectMany((rewards, c) => rewards.Select((reward, i) => Row(c + 1, i, 0, 1.0 - (0.1 * i), reward)))],
        [1, 2, 3], new RankingOptions { WindowSteps = 1, HardestPercent = 50 }, 1);

    [Fact]
    public void Regret_hit_and_correlations_by_hand()
    {
        HeldOutComparison comparison = HeldOutComparison.Of(Ranking, new Dictionary<int, double> { [1] = 0.5, [2] = 0.2, [3] = 0.8 })!;
        Assert.Equal((3, 0.8, 3), (comparison.Oracle, comparison.OracleValue, comparison.Checkpoints));

        // Scores rank 3 1 2, held-out values 2 1 3: rho 1/2, one pair of three in disagreement.
        HeldOutStrategy ugcs = Strategy(comparison, HeldOutComparison.Ugcs);
        Assert.Equal((1, 0.5, 0.0), (ugcs.Step, ugcs.Value, ugcs.Hit));
        Assert.Equal(0.3, ugcs.Regret!.Value, Tolerance.Rounding);
        Assert.Equal(0.5, ugcs.Spearman!.Value, Tolerance.Rounding);
        Assert.Equal(1.0 / 3.0, ugcs.Kendall!.Value, Tolerance.Rounding);

        // The last one goes by step: 1 2 3 against 2 1 3.
        HeldOutStrategy last = Strategy(comparison, RankingControls.Last);
        Assert.Equal((3, 0.0, 1.0), (last.Step, last.Regret, last.Hit));
        Assert.Equal(0.5, last.Spearman!.Value, Tolerance.Rounding);

        HeldOutStrategy chance = Strategy(comparison, HeldOutComparison.Chance);
        Assert.Equal(0.5, chance.Value!.Value, Tolerance.Rounding);
        Assert.Equal(1.0 / 3.0, chance.Hit!.Value, Tolerance.Rounding);
    }

    [Fact]
    public void Missing_and_tied_values()
    {
        HeldOutComparison comparison = HeldOutComparison.Of(Ranking, new Dictionary<int, double> { [2] = 0.2, [3] = 0.2, [9] = 5 })!;
        Assert.Equal((3, 2), (comparison.Oracle, comparison.Checkpoints));
        HeldOutStrategy ugcs = Strategy(comparison, HeldOutComparison.Ugcs);
        Assert.Equal((1, null, null, null, null), (ugcs.Step, ugcs.Value, ugcs.Regret, ugcs.Hit, ugcs.Spearman));
        Assert.Equal(1.0, Strategy(comparison, RankingControls.TrainReward).Hit);
        Assert.Null(HeldOutComparison.Of(Ranking, new Dictionary<int, double> { [9] = 5 }));
    }

    [Fact]
    public void What_ties_or_draws_decide_fares_as_its_mean()
    {
        // Mean rewards 1/2, 1/2 and 0: the mean cannot choose between the first two, and a random half picks each about as often.
        double[][] rewards = [[1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]];
        RankingResult ranking = CheckpointRanking.Rank(
            [.. rewards.SelectMany((row, c) => row.Select((reward, i) => Row(c + 1, i, 0, 1.0 - (0.1 * i), reward)))],
            [1, 2, 3], new RankingOptions { WindowSteps = 1, HardestPercent = 50 }, 1);
        HeldOutComparison comparison = HeldOutComparison.Of(ranking, new Dictionary<int, double> { [1] = 0.8, [2] = 0.2, [3] = 0.5 })!;

        HeldOutStrategy mean = Strategy(comparison, RankingControls.TrainReward);
        Assert.Equal((2, 0.5, 0.5), (mean.Step, Math.Round(mean.Value!.Value, 12), mean.Hit));
        Assert.Equal([1, 2], mean.TiedSteps);
        Assert.Equal(0.3, mean.Regret!.Value, Tolerance.Rounding);

        RankingControl random = Assert.Single(ranking.Controls, control => control.Name == RankingControls.Random);
        Assert.Equal(1.0, random.PickShares.Sum(), Tolerance.Rounding);
        HeldOutStrategy drawn = Strategy(comparison, RankingControls.Random);
        Assert.Equal(random.PickShares[0], drawn.Hit!.Value, Tolerance.Rounding);
        Assert.InRange(drawn.Hit.Value, 0.3, 0.6);
        Assert.InRange(drawn.Regret!.Value, 0.2, 0.45);
    }

    [Fact]
    public void Best_metric_is_a_control_that_leaves_the_pick()
    {
        RankingResult result = Ranking.WithBestMetric(new Dictionary<int, double> { [1] = 0.5, [2] = 0.7 });
        RankingControl control = result.Controls[^1];
        Assert.Equal((RankingControls.BestMetric, 2, 0.7), (control.Name, control.Step, control.Value));
        Assert.Equal([0.5, 0.7, null], control.Values.Select(value => value.Value));
        Assert.Equal(Ranking.Pick, result.Pick);
    }

    private static HeldOutStrategy Strategy(HeldOutComparison comparison, string name) =>
        Assert.Single(comparison.Strategies, strategy => strategy.Name == name);
}
