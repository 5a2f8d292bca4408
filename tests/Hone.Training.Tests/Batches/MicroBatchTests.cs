using Hone.Engine.Kernels;
using Hone.Training.Batches;

namespace Hone.Training.Tests.Batches;

public class MicroBatchTests
{
    // Prompt of 3 with completions of 3, 1 and 2; prompt of 1 with completions of 1 and 4.
    private static readonly TokenGroup[] Groups =
    [
        new([10, 11, 12], [[20, 21, 22], [30], [40, 41]]),
        new([13], [[50], [60, 61, 62, 63]]),
    ];

    [Fact]
    public void Prompts_stand_once_and_completions_without_their_last_token()
    {
        MicroBatch batch = Assert.Single(MicroBatch.Cut(Groups, 100));
        Assert.Equal([10, 11, 12, 20, 21, 40, 13, 60, 61, 62], batch.Tokens);
        Assert.Equal(
            [new Segment(0, 3, -1), new Segment(3, 2, 0), new Segment(5, 1, 0), new Segment(6, 1, -1), new Segment(7, 3, 3)],
            batch.Layout.Segments.ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 3, 0, 1, 2, 3], batch.Layout.Positions.ToArray());
    }

    [Fact]
    public void First_token_is_predicted_by_the_prompts_last_row_and_each_other_by_the_one_before()
    {
        MicroBatch batch = Assert.Single(MicroBatch.Cut(Groups, 100));
        Assert.Equal([20, 21, 22, 30, 40, 41, 50, 60, 61, 62, 63], batch.Targets);
        Assert.Equal([2, 3, 4, 2, 2, 5, 6, 6, 7, 8, 9], batch.Rows);
        Assert.Equal([0, 3, 4, 6, 7, 11], batch.Starts);
        Assert.Equal((0, 5), (batch.FirstCompletion, batch.Completions));
    }

    [Fact]
    public void Rows_of_a_group_are_the_tokens_that_its_pass_reads()
    {
        Assert.Equal([6, 4], Groups.Select(group => group.Rows));
        Assert.Equal(Groups.Select(group => group.Rows), Groups.Select(group => MicroBatch.Cut([group], 1)[0].Tokens.Length));
    }

    [Theory]
    [InlineData(1, new[] { 3, 2, 1, 3 })]
    [InlineData(9, new[] { 3, 3, 3 })]
    [InlineData(10, new[] { 5, 4 })]
    [InlineData(11, new[] { 6, 3 })]
    [InlineData(17, new[] { 9 })]
    public void Cutting_fills_passes_to_the_limit_and_keeps_the_order(int maxRows, int[] completions)
    {
        // 6, 4, 1 and 6 rows.
        TokenGroup[] groups = [.. Groups, new TokenGroup([14], [[70]]), Groups[0]];
        IReadOnlyList<MicroBatch> parts = MicroBatch.Cut(groups, maxRows);
        MicroBatch whole = MicroBatch.Cut(groups, int.MaxValue)[0];
        Assert.Equal(completions, parts.Select(part => part.Completions));
        Assert.Equal(whole.Tokens.ToArray(), parts.SelectMany(part => part.Tokens.ToArray()));
        Assert.Equal(whole.Targets.ToArray(), parts.SelectMany(part => part.Targets.ToArray()));
        Assert.Equal(parts.Select((_, i) => completions[..i].Sum()), parts.Select(part => part.FirstCompletion));
        Assert.All(parts, part => Assert.Equal(part.Targets.Length, part.Starts[^1]));
    }

    [Fact]
    public void Passes_packed_into_one_place_are_those_packed_apart()
    {
        TokenGroup[] groups = [.. Groups, new TokenGroup([14], [[70]]), Groups[0]];
        IReadOnlyList<MicroBatch> apart = MicroBatch.Cut(groups, 9);
        var reused = new MicroBatch();
        int pass = 0;
        foreach (MicroBatch part in MicroBatch.Cut(groups, 9, reused))
        {
            MicroBatch expected = apart[pass++];
            Assert.Same(reused, part);
            Assert.Equal(expected.Tokens, part.Tokens);
            Assert.Equal(expected.Layout.Segments, part.Layout.Segments);
            Assert.Equal(expected.Rows, part.Rows);
            Assert.Equal(expected.Targets, part.Targets);
            Assert.Equal(expected.Starts, part.Starts);
            Assert.Equal(expected.FirstCompletion, part.FirstCompletion);
        }

        Assert.Equal(3, pass);
    }

    [Fact]
    public void No_groups_make_no_passes() => Assert.Empty(MicroBatch.Cut([], 10));
}
