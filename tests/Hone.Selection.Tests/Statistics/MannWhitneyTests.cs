namespace Hone.Selection.Tests.Statistics;

public sealed class MannWhitneyTests
{
    [Fact]
    public void PairsWonWithTiesHalf()
    {
        // 1 beats none; 2 beats 1 and ties with 2; 3 beats both: 3.5 of 6.
        Assert.Equal(3.5 / 6, MannWhitney.Probability([3, 1, 2], [2, 1.5]), Tolerance.Rounding);
        Assert.Equal(2.5 / 6, MannWhitney.Probability([2, 1.5], [3, 1, 2]), Tolerance.Rounding);
        Assert.Equal(0.5, MannWhitney.Probability([1, 1, 1], [1, 1]), Tolerance.Rounding);
    }

    [Fact]
    public void EmptySidesAreUndefinedAndNaNIsRefused()
    {
        Assert.True(double.IsNaN(MannWhitney.Probability([], [1])));
        Assert.True(double.IsNaN(MannWhitney.Probability([1], [])));
        Assert.Throws<ArgumentException>(() => MannWhitney.Probability([double.NaN], [1]));
    }
}
