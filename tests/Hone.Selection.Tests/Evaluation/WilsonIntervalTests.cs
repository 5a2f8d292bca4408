namespace Hone.Selection.Tests.Evaluation;

public class WilsonIntervalTests
{
    [Fact]
    public void Published_example()
    {
        // 81 of 263: (0.2553, 0.3662) in Newcombe, Statistics in Medicine 17 (1998), table I.
        Interval interval = WilsonInterval.Of(81, 263);
        Assert.Equal(0.2553, interval.Low, Tolerance.Printed);
        Assert.Equal(0.3662, interval.High, Tolerance.Printed);
    }

    [Fact]
    public void Ends_solve_the_score_equation()
    {
        // By definition |p - end| = z sqrt(end (1 - end) / n).
        Interval interval = WilsonInterval.Of(13, 40, z: 1.5);
        foreach (double end in new[] { interval.Low, interval.High })
        {
            double expected = 1.5 * Math.Sqrt(end * (1.0 - end) / 40.0);
            Assert.Equal(expected, Math.Abs((13.0 / 40.0) - end), Tolerance.Rounding);
        }
    }

    [Fact]
    public void Extremes_stay_inside_and_keep_width()
    {
        // All wrong: high = z^2 / (n + z^2).
        double z2 = WilsonInterval.Z95 * WilsonInterval.Z95;
        Interval none = WilsonInterval.Of(0, 10);
        Assert.Equal(0.0, none.Low);
        Assert.Equal(z2 / (10.0 + z2), none.High, Tolerance.Rounding);
        Interval all = WilsonInterval.Of(10, 10);
        Assert.Equal(1.0, all.High);
        Assert.Equal(1.0 - none.High, all.Low, Tolerance.Rounding);
        Assert.Equal(new Interval(0.0, 1.0), WilsonInterval.Of(0, 0));
    }

    [Fact]
    public void Bad_arguments_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, 1, double.NaN));
    }
}
