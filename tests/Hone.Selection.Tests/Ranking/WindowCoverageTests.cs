namespace Hone.Selection.Tests.Ranking;

public class WindowCoverageTests
{
    private static readonly int[] Ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    [Fact]
    public void Checkpoints_that_the_log_covers_are_all_ranked()
    {
        WindowCoverage coverage = Of(Ten, [5, 10], window: 5);
        Assert.Equal([5, 10], coverage.Covered);
        Assert.Empty(coverage.Warnings);
    }

    [Fact]
    public void Others_are_named_with_the_reason()
    {
        WindowCoverage coverage = Of([11, 12, 13, 30], [0, 5, 13, 20, 40], window: 4);
        Assert.Equal([13], coverage.Covered);
        Assert.Equal(
            [
                "Left out: checkpoint 0, for no step led there.", "Left out: checkpoint 40, for the log ends with step 30.",
                "Left out: checkpoints 5, 20, for the log has no step in the window.",
                "The log begins with step 11: a window that would reach further back than that begins there.",
            ],
            coverage.Warnings.Select(warning => warning.Message));
        Assert.Equal(RankingWarningIds.CheckpointLeftOut, coverage.Warnings[0].Id);
        Assert.Equal(RankingWarningIds.WindowShortened, coverage.Warnings[^1].Id);
    }

    [Fact]
    public void A_window_that_was_asked_for_is_not_shortened()
    {
        Assert.Equal([15], Of([11, 12, 13, 14, 15], [13, 15], window: 5, given: true).Covered);
        Assert.Equal([13, 15], Of([11, 12, 13, 14, 15], [13, 15], window: 5).Covered);
    }

    [Fact]
    public void A_log_of_every_tenth_step_speaks_for_those_between()
    {
        // Up to the next table, which would be that of step 40; beyond it nothing is known.
        WindowCoverage coverage = Of([10, 20, 30], [10, 25, 39, 41], window: 10, given: true);
        Assert.Equal([10, 25, 39], coverage.Covered);
    }

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue)]
    [InlineData(int.MaxValue - 1, int.MaxValue)]
    public void Steps_at_the_ends_of_their_range_do_not_wrap_around(int first, int last)
    {
        WindowCoverage coverage = WindowCoverage.Of([first, last], last, [1, int.MaxValue], new RankingOptions { WindowSteps = int.MaxValue }, false);
        Assert.Contains(int.MaxValue, coverage.Covered);
    }

    [Fact]
    public void A_log_without_steps_is_refused() => Assert.Throws<ArgumentException>(() => Of([], [1], window: 1));

    [Fact]
    public void Nothing_is_said_of_runs_that_deleted_nothing()
    {
        RankingResult result = CheckpointRanking.Rank([new(1, 0, 0, 1, double.NaN, 1, false)], [1], new RankingOptions(), 1);
        Assert.Empty(DeletedCheckpointWarnings.Of(result, []));
        Assert.Equal(
            [RankingWarningIds.CheckpointsDeleted, RankingWarningIds.PickDeleted],
            DeletedCheckpointWarnings.Of(result, [1]).Select(warning => warning.Id));
        Assert.Contains("none of those that are there has a score", DeletedCheckpointWarnings.Of(result, [1])[1].Message, StringComparison.Ordinal);
    }

    private static WindowCoverage Of(int[] steps, int[] checkpoints, int window, bool given = false) => WindowCoverage.Of(
        steps, steps.Length == 0 ? 0 : steps[^1], checkpoints, new RankingOptions { WindowSteps = window }, given);
}
