using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class ResampleTests
{
    private static readonly double[][] Counts = [[1, 1, 1, 1, 1], [2, 0, 1, 0, 2], [0, 0, 5, 0, 0], [0, 3, 1, 1, 0]];

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(100)]
    public void Completions_score_as_if_the_steps_were_written_out(double percent)
    {
        // Repeating a step k times is the same as k copies of its records, under new sample numbers.
        RolloutScore[] log = Independent(steps: 5, perStep: 12, seed: 6, chance: _ => 0.4);
        RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
        foreach (double[] counts in Counts)
        {
            RolloutScore[] written = [.. log.SelectMany(r => Enumerable.Repeat(r, (int)counts[r.Step - 1]))];
            RankedWindow copy = RankedWindow.Of(written, RankingReading.Paper);
            double expected = copy.Score(CheckpointRanking.HardCount(copy.Units, percent));
            Assert.Equal(expected, window.Resample(counts, percent).Mean, Tolerance.Rounding);
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
        Assert.Equal(20, window.Units);
        foreach (double[] counts in Counts)
        {
            RolloutScore[] written =
            [
                .. log.SelectMany(r => Enumerable.Range(0, (int)counts[r.Step - 1])
                    .Select(copy => r with { Prompt = r.Prompt + (1000 * copy) })),
            ];
            RankedWindow copies = RankedWindow.Of(written, RankingReading.ReferenceCode);
            double expected = copies.Score(CheckpointRanking.HardCount(copies.Units, percent));
            Assert.Equal(expected, window.Resample(counts, percent).Mean, Tolerance.Rounding);
        }
    }
}
