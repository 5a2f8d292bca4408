using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class ResampleTests
{
    private static readonly int[][] Counts = [[1, 1, 1, 1, 1], [2, 0, 1, 0, 2], [0, 0, 5, 0, 0], [0, 3, 1, 1, 0]];

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(100)]
    public void Completions_score_as_if_the_steps_were_written_out(double percent)
    {
        // Repeating a step k times is the same as k copies of its records, under new sample numbers.
        RolloutScore[] log = Independent(steps: 5, perStep: 12, seed: 6, chance: _ => 0.4);
        RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
        foreach (int[] counts in Counts)
        {
            RolloutScore[] written = [.. log.SelectMany(r => Enumerable.Repeat(r, counts[r.Step - 1]))];
            RankedWindow copy = RankedWindow.Of(written, RankingReading.Paper);
            double expected = copy.Score(CheckpointRanking.HardCount(copy.Units, percent));
            Assert.Equal(expected, window.Resample(counts, percent), Tolerance.Rounding);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(100)]
    public void Prompts_of_one_step_score_as_if_written_out_under_new_names(double percent)
    {
        RolloutScore[] log =
        [
            .. Independent(steps: 5, perStep: 12, seed: 6, chance: _ => 0.4)
                .Select(r => r with { Prompt = (100 * r.Step) + (r.Prompt / 3), Sample = r.Prompt % 3 }),
        ];
        RankedWindow window = RankedWindow.Of(log, RankingReading.ReferenceCode);
        Assert.Null(window.Cells);
        Assert.Equal(20, window.Units);
        foreach (int[] counts in Counts)
        {
            RolloutScore[] written =
            [
                .. log.SelectMany(r => Enumerable.Range(0, counts[r.Step - 1])
                    .Select(copy => r with { Prompt = r.Prompt + (1000 * copy) })),
            ];
            RankedWindow copies = RankedWindow.Of(written, RankingReading.ReferenceCode);
            double expected = copies.Score(CheckpointRanking.HardCount(copies.Units, percent));
            Assert.Equal(expected, window.Resample(counts, percent), Tolerance.Rounding);
        }
    }

    [Fact]
    public void Prompts_of_several_steps_by_hand()
    {
        // Prompt 0: step 1 ANLL 0.9, 0.7 rewards 0, 1; step 2 ANLL 0.2 reward 5.  Prompt 1: step 2 ANLL 0.5 reward 2.
        RolloutScore[] log =
        [
            Row(1, 0, 0, 0.9, 0),
            Row(1, 0, 1, 0.7, 1),
            Row(2, 0, 0, 0.2, 5),
            Row(2, 1, 0, 0.5, 2),
        ];
        RankedWindow window = RankedWindow.Of(log, RankingReading.ReferenceCode);
        Assert.NotNull(window.Cells);

        // As logged: prompt 0 has mean 0.6 and maximum 5 and comes first.
        Assert.Equal(5.0, window.Score(1));
        Assert.Equal(5.0, window.Resample([1, 1], 50));

        // Step 1 twice: only prompt 0, weight 4/3, maximum 1; n = 1.
        Assert.Equal(1.0, window.Resample([2, 0], 100), Tolerance.Rounding);

        // Step 2 twice: prompt 0 has mean 0.2, maximum 5, weight 2/3; prompt 1 mean 0.5, weight 2. In all 2.67, n = 2
        // at 100 %: prompt 1 fills both places. Were prompts weighted alike it would be 3.5.
        Assert.Equal(2.0, window.Resample([0, 2], 100), Tolerance.Rounding);
    }
}
