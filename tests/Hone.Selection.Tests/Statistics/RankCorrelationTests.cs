namespace Hone.Selection.Tests.Statistics;

public class RankCorrelationTests
{
    [Fact]
    public void Ties_share_their_mean_rank()
    {
        double[] ranks = new double[5];
        RankCorrelation.AverageRanks([3.0, 1.0, 3.0, 9.0, 3.0], ranks);
        Assert.Equal([3.0, 1.0, 3.0, 5.0, 3.0], ranks); // ranks 2, 3, 4 average to 3
    }

    [Fact]
    public void Without_ties_it_is_the_textbook_formula()
    {
        // x ranks 1 2 3 4 5, y ranks 2 1 4 3 5: sum d^2 = 4, rho = 1 - 6 * 4 / (5 * 24) = 0.8.
        Assert.Equal(0.8, RankCorrelation.Spearman([1, 2, 3, 4, 5], [20, 10, 40, 30, 50]), Tolerance.Rounding);
    }

    [Fact]
    public void With_ties_it_is_the_correlation_of_average_ranks()
    {
        // x ranks 1.5 1.5 3 4, y ranks 1 2 3 4; deviations (-1 -1 .5 1.5), (-1.5 -.5 .5 1.5):
        // products 1.5 + .5 + .25 + 2.25 = 4.5; squares 1 + 1 + .25 + 2.25 = 4.5 and 5; rho = 4.5 / sqrt(22.5).
        double rho = RankCorrelation.Spearman([7, 7, 8, 9], [1, 2, 3, 4]);
        Assert.Equal(4.5 / Math.Sqrt(22.5), rho, Tolerance.Rounding);
    }

    [Fact]
    public void Only_the_order_matters()
    {
        double[] x = [0.1, 2.0, 1.5, 7.0];
        Assert.Equal(1.0, RankCorrelation.Spearman(x, [.. x.Select(Math.Exp)]), Tolerance.Rounding);
        Assert.Equal(-1.0, RankCorrelation.Spearman(x, [.. x.Select(v => -v * v * v)]), Tolerance.Rounding);
    }

    [Fact]
    public void Undefined_is_nan()
    {
        Assert.Equal(double.NaN, RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Equal(double.NaN, RankCorrelation.Spearman([1], [1]));
        Assert.Equal(double.NaN, RankCorrelation.Spearman([], []));
    }

    [Fact]
    public void Bad_arguments_are_errors()
    {
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, double.NaN], [1, 2]));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 1, 2, 3, 4 }, 1.0)]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 4, 3, 2, 1 }, -1.0)]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 1, 3, 2, 4 }, 4.0 / 6.0)]
    [InlineData(new double[] { 1, 1, 2 }, new double[] { 1, 2, 3 }, 0.81649658092772603)] // 2 / sqrt(2 * 3)
    [InlineData(new double[] { 1, 1 }, new double[] { 1, 2 }, double.NaN)]
    [InlineData(new double[0], new double[0], double.NaN)]
    public void Kendalls_tau_b_by_hand(double[] x, double[] y, double expected) =>
        Assert.Equal(expected, RankCorrelation.Kendall(x, y), Tolerance.Rounding);
}
