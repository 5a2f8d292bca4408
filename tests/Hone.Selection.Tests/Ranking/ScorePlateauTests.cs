namespace Hone.Selection.Tests.Ranking;

public class ScorePlateauTests
{
    private const int Runs = 200;
    private const int Checkpoints = 40;

    [Fact]
    public void A_rise_exceeds_the_upper_end_of_the_marks_interval()
    {
        CheckpointScore[] scores = [Scored(1, 0.30, 0.05), Scored(2, 0.35, 0.05), Scored(3, 0.36, 0.04), Scored(4, 0.39, 0.05)];
        ScorePlateau plateau = ScorePlateau.Of(scores, new PlateauRule(2))!;
        Assert.Equal((3, false), (plateau.Mark.Step, plateau.IsReached));
        Assert.Equal(0.40, plateau.Needed, Tolerance.Rounding);
        Assert.Equal([4], plateau.Since.Select(score => score.Step));
        plateau = ScorePlateau.Of([.. scores, Scored(5, 0.40, 0.1)], new PlateauRule(2))!;
        Assert.True(plateau.IsReached);
        Assert.Equal([4, 5], plateau.Since.Select(score => score.Step));
    }

    [Fact]
    public void A_least_rise_takes_the_place_of_the_interval()
    {
        CheckpointScore[] scores = [Scored(1, 0.30, 0.2), Scored(2, 0.31, 0.2), Scored(3, 0.33, 0.2), Scored(4, 0.33, 0.2)];
        ScorePlateau plateau = ScorePlateau.Of(scores, new PlateauRule(1) { MinRise = 0.02 })!;
        Assert.Equal((3, true), (plateau.Mark.Step, plateau.IsReached));
        Assert.Equal(0.35, plateau.Needed, Tolerance.Rounding);
    }

    [Fact]
    public void Equal_scores_are_no_rise_and_missing_ones_count_neither_way()
    {
        CheckpointScore[] scores = [Scored(1, null), Scored(2, 0.5), Scored(3, null), Scored(4, 0.5 + 1e-15), Scored(5, double.NaN)];
        ScorePlateau plateau = ScorePlateau.Of(scores, new PlateauRule(1))!;
        Assert.Equal((2, 0.5), (plateau.Mark.Step, plateau.Needed));
        Assert.Equal([4], plateau.Since.Select(score => score.Step));
        Assert.Null(ScorePlateau.Of(scores[..1], new PlateauRule(1)));
        Assert.Null(ScorePlateau.Of([], new PlateauRule(1)));
    }

    [Fact]
    public void There_is_none_before_the_least_step()
    {
        CheckpointScore[] scores = [Scored(10, 0.5), Scored(20, 0.4), Scored(30, 0.4), Scored(40, 0.4)];
        var rule = new PlateauRule(1) { MinSteps = 40 };
        Assert.False(ScorePlateau.Of(scores[..3], rule)!.IsReached);
        Assert.True(ScorePlateau.Of(scores, rule)!.IsReached);
    }

    // Noise of deviation 0.03 in an interval of twice that to each side, as a sound interval has it.
    [Theory]
    [InlineData(null)]
    [InlineData(0.0)]
    [InlineData(0.05)]
    public void Runs_that_do_not_rise_are_stopped(double? minRise) =>
        Assert.Equal(Runs, Stops(slope: 0, noise: 0.03, half: 0.06, new PlateauRule(4) { MinRise = minRise }).Count(at => at is not null));

    [Theory]
    [InlineData(null)]
    [InlineData(0.0)]
    [InlineData(0.05)]
    public void Runs_that_rise_go_on(double? minRise) =>
        Assert.All(Stops(slope: 0.03, noise: 0.01, half: 0.04, new PlateauRule(4) { MinRise = minRise }), at => Assert.Null(at));

    // What the patience does not wait for is not seen: the price of an interval as wide as a few dozen answers give.
    [Fact]
    public void A_rise_that_stays_within_the_interval_is_missed_and_a_least_rise_sees_it()
    {
        Assert.All(Stops(slope: 0.005, noise: 0, half: 0.06, new PlateauRule(4)), at => Assert.Equal(5, at));
        Assert.All(Stops(slope: 0.005, noise: 0, half: 0.06, new PlateauRule(4) { MinRise = 0.01 }), at => Assert.Null(at));
    }

    [Fact]
    public void Problems_name_every_bad_setting()
    {
        Assert.Empty(new PlateauRule(1).Problems());
        string[] starts = ["patience is 0", "min_steps is -1", "min_rise is NaN"];
        Assert.Equal(starts, new PlateauRule(0) { MinSteps = -1, MinRise = double.NaN }.Problems()
            .Select((problem, i) => problem[..Math.Min(problem.Length, starts[i].Length)]));
    }

    // For each simulated run the checkpoint at which it is stopped, from 1; null for none.
    private static IEnumerable<int?> Stops(double slope, double noise, double half, PlateauRule rule)
    {
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            List<CheckpointScore> scores = [];
            int? stopped = null;
            for (int i = 1; i <= Checkpoints && stopped is null; i++)
            {
                // Twelve uniform numbers have a variance of 1 together.
                double normal = Enumerable.Range(0, 12).Sum(_ => random.NextDouble() - 0.5);
                scores.Add(Scored(i, 0.3 + (slope * i) + (noise * normal), half));
                stopped = ScorePlateau.Of(scores, rule)!.IsReached ? i : null;
            }

            yield return stopped;
        }
    }

    private static CheckpointScore Scored(int step, double? score, double? half = null) =>
        new() { Step = step, Score = score, Low = score - half, High = score + half };
}
