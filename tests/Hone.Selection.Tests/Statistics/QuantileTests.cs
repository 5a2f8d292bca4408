namespace Hone.Selection.Tests.Statistics;

public class QuantileTests
{
    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.25, 1.75)] // place 0.75 of 0..3: 1 + 0.75 * (2 - 1)
    [InlineData(0.5, 3.0)] // place 1.5: halfway from 2 to 4
    [InlineData(1.0, 8.0)]
    public void Interpolates_between_order_statistics(double q, double expected) =>
        Assert.Equal(expected, Quantile.Of([8.0, 1.0, 4.0, 2.0], q), Tolerance.Rounding);

    [Fact]
    public void Central_interval_cuts_both_tails()
    {
        double[] values = [.. Enumerable.Range(0, 101).Select(i => (double)i).Reverse()];
        Interval interval = Quantile.Central(values, 0.9);
        Assert.Equal(5.0, interval.Low, Tolerance.Rounding);
        Assert.Equal(95.0, interval.High, Tolerance.Rounding);
    }
}
