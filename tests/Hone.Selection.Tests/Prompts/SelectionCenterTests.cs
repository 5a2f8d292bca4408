namespace Hone.Selection.Tests.Prompts;

public class SelectionCenterTests
{
    private static readonly double[] Skewed = [0.1, 0.2, 0.9, 0.2];

    [Fact]
    public void Centers_by_hand()
    {
        // Mean 1.4/4; the middle two of 0.1 0.2 0.2 0.9 are both 0.2.
        Assert.Equal(0.35, SelectionCenter.Mean.Of(Skewed), Tolerance.Rounding);
        Assert.Equal(0.2, SelectionCenter.Median.Of(Skewed), Tolerance.Rounding);
        Assert.Equal(0.6, SelectionCenter.At(0.6).Of(Skewed));
        Assert.Equal(SelectionCenter.Mean, default);
    }

    [Fact]
    public void Median_of_an_even_count_is_halfway()
    {
        Assert.Equal(0.5, SelectionCenter.Median.Of([0.75, 0.25]), Tolerance.Rounding);
        Assert.Equal(0.75, SelectionCenter.Median.Of([1.0, 0.75, 0.0]));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_center_is_a_probability(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectionCenter.At(value));
}
