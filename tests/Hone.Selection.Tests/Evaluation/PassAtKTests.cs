using System.Numerics;

namespace Hone.Selection.Tests.Evaluation;

public class PassAtKTests
{
    [Fact]
    public void Equals_the_share_of_subsets_that_hold_a_correct_sample()
    {
        const int Most = 9;
        for (int n = 1; n <= Most; n++)
        {
            for (int c = 0; c <= n; c++)
            {
                for (int k = 1; k <= n; k++)
                {
                    Assert.Equal(Enumerated(n, c, k), PassAtK.Estimate(n, c, k), Tolerance.Rounding);
                }
            }
        }
    }

    [Theory]
    [InlineData(5, 2, 3, 0.9)] // 1 - C(3,3)/C(5,3) = 1 - 1/10
    [InlineData(4, 1, 1, 0.25)]
    [InlineData(4, 4, 1, 1.0)]
    [InlineData(4, 0, 4, 0.0)]
    public void By_hand(int n, int c, int k, double expected) =>
        Assert.Equal(expected, PassAtK.Estimate(n, c, k), Tolerance.Rounding);

    [Fact]
    public void Large_counts_do_not_overflow()
    {
        // C(10000, 5000) has 3,009 digits. With c = 1 the estimate is k/n; with c = 2 it is 1 - (n-k)(n-k-1)/(n(n-1)).
        Assert.Equal(0.5, PassAtK.Estimate(10000, 1, 5000), Tolerance.Rounding);
        double expected = 1.0 - (5000.0 * 4999.0 / (10000.0 * 9999.0));
        Assert.Equal(expected, PassAtK.Estimate(10000, 2, 5000), Tolerance.Rounding);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(4, 5, 1)]
    [InlineData(4, -1, 1)]
    [InlineData(4, 1, 0)]
    [InlineData(4, 1, 5)]
    public void Out_of_range_is_an_error(int n, int c, int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Estimate(n, c, k));

    // Samples 0..c-1 are the correct ones; a subset passes if its mask meets theirs.
    private static double Enumerated(int n, int c, int k)
    {
        uint correct = (1u << c) - 1;
        int subsets = 0;
        int passing = 0;
        for (uint mask = 0; mask < 1u << n; mask++)
        {
            if (BitOperations.PopCount(mask) == k)
            {
                subsets++;
                passing += (mask & correct) != 0 ? 1 : 0;
            }
        }

        return (double)passing / subsets;
    }
}
