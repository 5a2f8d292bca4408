namespace Hone.Selection.Tests.Ranking;

public class StepBlocksTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(10, 10, 5)]
    [InlineData(20, 20, 7)]
    [InlineData(50, 50, 11)]
    [InlineData(100, 100, 15)]
    [InlineData(1000, 1000, 47)]
    [InlineData(90, 100, 15)] // lacks steps, and keeps the length of the others
    [InlineData(31, 100, 15)]
    [InlineData(29, 100, 8)] // too short for two blocks of 15
    [InlineData(2, 100, 1)]
    [InlineData(1, 100, 1)]
    public void Block_length_grows_with_the_root_of_the_fullest_windows_steps(int steps, int fullest, int expected) =>
        Assert.Equal(expected, StepBlocks.Length(steps, fullest));

    [Fact]
    public void Weights_have_mean_and_variance_one_and_the_covariance_of_bartletts_kernel()
    {
        const int Draws = 40_000;
        const int Length = 4;
        double[] weights = new double[8];
        double mean = 0.0;
        double[] products = new double[8];
        for (int r = 0; r < Draws; r++)
        {
            StepBlocks.Draw(5, Length, r, 3, weights);
            mean += weights[0] / Draws;
            for (int h = 0; h < products.Length; h++)
            {
                products[h] += (weights[0] - 1.0) * (weights[h] - 1.0) / Draws;
            }
        }

        // The square of an exponential deviation has variance 8.
        double error = Math.Sqrt(8.0 / Draws);
        Assert.Equal(1.0, mean, Tolerance.StandardErrors * error);
        for (int h = 0; h < products.Length; h++)
        {
            Assert.Equal(Math.Max(0.0, 1.0 - ((double)h / Length)), products[h], Tolerance.StandardErrors * error);
        }
    }

    [Fact]
    public void Windows_weigh_a_step_that_they_share_alike()
    {
        double[] early = new double[10];
        double[] late = new double[10];
        StepBlocks.Draw(5, 3, 17, 4, early);
        StepBlocks.Draw(5, 3, 17, 9, late);
        Assert.Equal(early[5..], late[..5]);
        Assert.NotEqual(early[..5], late[5..]);
    }

    [Fact]
    public void Variance_of_blocks_by_explicit_matrices()
    {
        // S = 6, L = 3, against A = M K M written out.
        const int S = 6;
        const int L = 3;
        const double Phi = 0.6;
        double[,] a = new double[S, S];
        for (int i = 0; i < S; i++)
        {
            for (int j = 0; j < S; j++)
            {
                for (int k = 0; k < S; k++)
                {
                    for (int l = 0; l < S; l++)
                    {
                        a[i, j] += Centre(i, k) * Math.Max(0.0, 1.0 - (Math.Abs(k - l) / (double)L)) * Centre(l, j);
                    }
                }
            }
        }

        (double trace, double squares, double expected, double truth) = (0.0, 0.0, 0.0, 0.0);
        for (int i = 0; i < S; i++)
        {
            trace += a[i, i];
            for (int j = 0; j < S; j++)
            {
                double correlation = Math.Pow(Phi, Math.Abs(i - j));
                squares += a[i, j] * a[i, j];
                expected += a[i, j] * correlation;
                truth += correlation;
            }
        }

        BlockVariance variance = new(S, L);
        Assert.Equal(trace * trace / squares, variance.Freedom, Tolerance.Rounding);
        Assert.Equal(trace / S, variance.Share, Tolerance.Rounding);
        Assert.Equal(truth / expected * trace / S, variance.Missed(Phi), Tolerance.Rounding);
        Assert.Equal(1.0, variance.Missed(0.0), Tolerance.Rounding);

        static double Centre(int i, int j) => (i == j ? 1.0 : 0.0) - (1.0 / S);
    }
}
