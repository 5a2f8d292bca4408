using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class InfluenceTests
{
    [Fact]
    public void By_hand()
    {
        // Hardest first, step in brackets: 1 [1], 0 [1], 1 [2], 1 [2], 0 [2], 0 [1]; n = 2, score 1/2. Near the cut, one unit on
        // either side: 0 and 1, mean 1/2, so that a moved cut changes nothing.
        RolloutScore[] log =
        [
            Row(1, 0, 0, 0.9, 1), Row(1, 1, 0, 0.8, 0), Row(1, 2, 0, 0.4, 0), Row(2, 0, 0, 0.7, 1), Row(2, 1, 0, 0.6, 1), Row(2, 2, 0, 0.5, 0),
        ];
        RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
        Assert.Equal([0.0, 0.0], window.Influence(2));

        // n = 4: score 3/4; near the cut two and two: 1, 1, 0, 0, mean 1/2. Step 1 has 2 hard of 3, which is its share (3 * 4 / 6);
        // its rewards deviate by 1/4 - 3/4.
        double[] influence = window.Influence(4);
        Assert.Equal(-0.5, influence[0], Tolerance.Rounding);
        Assert.Equal(0.5, influence[1], Tolerance.Rounding);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(100)]
    public void It_is_the_slope_of_the_score_in_the_weights(double percent)
    {
        // Rewards that fall smoothly with uncertainty, so that the reward at the cut is well known: steps written out 41 times, one
        // of them once more, move the score by 1/41 of its influence / n.
        const int Copies = 40;
        RolloutScore[] log =
        [
            .. Independent(steps: 4, perStep: 400, seed: 6, chance: _ => 0.5).Select(r => r with { Reward = 1.0 - r.Anll + (0.1 * r.Step) }),
        ];
        RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
        int n = CheckpointRanking.HardCount(window.Units, percent);
        double[] influence = window.Influence(n);
        Assert.Equal(0.0, influence.Sum(), 1e-9);
        double before = window.Score(n);
        for (int step = 1; step <= 4; step++)
        {
            RolloutScore[] written = [.. log.SelectMany(r => Enumerable.Repeat(r, Copies + (r.Step == step ? 1 : 0)))];
            RankedWindow copies = RankedWindow.Of(written, RankingReading.Paper);
            double moved = copies.Score(CheckpointRanking.HardCount(copies.Units, percent)) - before;
            const double SecondOrder = 0.002;
            Assert.Equal(influence[step - 1] / n, moved * Copies, SecondOrder);
        }
    }
}
