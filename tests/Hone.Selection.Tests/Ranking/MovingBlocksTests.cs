namespace Hone.Selection.Tests.Ranking;

public class MovingBlocksTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)] // ceil(cube root) is 2, which would leave one place to start
    [InlineData(3, 2)]
    [InlineData(8, 2)]
    [InlineData(9, 3)]
    [InlineData(27, 3)]
    [InlineData(28, 4)]
    [InlineData(100, 5)]
    [InlineData(1000, 10)]
    public void Block_length_is_the_cube_root_rounded_up(int steps, int expected) =>
        Assert.Equal(expected, MovingBlocks.Length(steps));

    [Fact]
    public void Draws_are_whole_blocks_that_sum_to_the_steps()
    {
        // Six steps in two blocks of three: counts are those of two starts in 0..3.
        SplitMix64 random = new(1);
        HashSet<string> possible = [];
        for (int a = 0; a <= 3; a++)
        {
            for (int b = 0; b <= 3; b++)
            {
                possible.Add(string.Concat(Enumerable.Range(0, 6).Select(s => Covers(a, s) + Covers(b, s))));
            }
        }

        HashSet<string> seen = [];
        int[] counts = new int[6];
        for (int i = 0; i < 500; i++)
        {
            MovingBlocks.Draw(ref random, 3, counts);
            Assert.Equal(6, counts.Sum());
            seen.Add(string.Concat(counts));
        }

        Assert.Equal(possible.Order(), seen.Order());

        static int Covers(int start, int step) => step >= start && step < start + 3 ? 1 : 0;
    }

    [Fact]
    public void The_last_block_is_cut_to_fit()
    {
        SplitMix64 random = new(2);
        int[] counts = new int[7];
        MovingBlocks.Draw(ref random, 3, counts);
        Assert.Equal(7, counts.Sum());
    }
}
