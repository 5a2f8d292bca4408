namespace Hone.Selection.Tests.Ranking;

public class BestCheckpointsTests
{
    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new[] { 4 })]
    [InlineData(3, new[] { 4, 2, 6 })]
    [InlineData(9, new[] { 4, 2, 6, 1 })]
    public void Highest_first_ties_to_the_later_and_none_without_a_score(int count, int[] expected) =>
        Assert.Equal(expected, BestCheckpoints.Of(
            [Scored(1, 0.1), Scored(2, 0.5), Scored(3, null), Scored(4, 0.5 + 1e-14), Scored(5, double.NaN), Scored(6, 0.4)], count));

    [Fact]
    public void The_first_is_the_pick_of_the_ranking()
    {
        RolloutScore[] log = [.. Enumerable.Range(0, 200).Select(i => Log.Row(1 + (i / 20), i % 20, 0, i * 7 % 11, i * 5 % 3 % 2))];
        RankingResult result = CheckpointRanking.Rank(log, [2, 4, 6, 8, 10], new RankingOptions { WindowSteps = 2, HardestPercent = 30 }, 1);
        Assert.Equal([result.Pick!.Value], BestCheckpoints.Of(result.Checkpoints, 1));
    }

    [Fact]
    public void A_negative_count_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BestCheckpoints.Of([], -1));

    private static CheckpointScore Scored(int step, double? score) => new() { Step = step, Score = score };
}
