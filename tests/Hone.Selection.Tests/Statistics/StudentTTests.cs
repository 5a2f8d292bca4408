namespace Hone.Selection.Tests.Statistics;

public class StudentTTests
{
    [Theory] // tables of the t distribution
    [InlineData(0.025, 1, 12.7062)]
    [InlineData(0.025, 2, 4.3027)]
    [InlineData(0.025, 5, 2.5706)]
    [InlineData(0.05, 10, 1.8125)]
    [InlineData(0.005, 30, 2.7500)]
    [InlineData(0.001, 3, 10.2145)]
    [InlineData(0.5, 4, 0.0)]
    public void Quantiles_are_those_of_the_tables(double tail, double freedom, double expected) =>
        Assert.Equal(expected, StudentT.Upper(tail, freedom), Tolerance.Printed);

    [Fact]
    public void Freedom_need_not_be_whole_and_many_are_normal()
    {
        Assert.InRange(StudentT.Upper(0.025, 4.5), StudentT.Upper(0.025, 5), StudentT.Upper(0.025, 4));
        Assert.Equal(1.95996, StudentT.Upper(0.025, 1e6), Tolerance.Printed);
    }

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(1.959964, 0.025)]
    [InlineData(-1.959964, 0.975)]
    [InlineData(3.090232, 0.001)]
    public void Normal_tails(double z, double expected)
    {
        const double Approximation = 1e-7;
        Assert.Equal(expected, StudentT.NormalTail(z), Approximation);
    }
}
