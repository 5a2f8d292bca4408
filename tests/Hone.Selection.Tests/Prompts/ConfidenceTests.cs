namespace Hone.Selection.Tests.Prompts;

public class ConfidenceTests
{
    [Fact]
    public void Mean_log_prob_is_the_token_mean()
    {
        // ln 1/2 and ln 1/8: mean = -(1 + 3)/2 ln 2 = -2 ln 2, and exp of it is 1/4, the geometric mean of 1/2 and 1/8.
        double[] logProbs = [Math.Log(0.5), Math.Log(0.125)];
        double mean = Confidence.MeanLogProb<double>(logProbs);
        Assert.Equal(-2.0 * Math.Log(2.0), mean, Tolerance.Rounding);
        Assert.Equal(0.25, Confidence.Probability(mean), Tolerance.Rounding);
        Assert.Equal(2.0 * Math.Log(2.0), Confidence.Anll<double>(logProbs), Tolerance.Rounding);
    }

    [Fact]
    public void Length_is_divided_out()
    {
        double[] one = [-0.75];
        double[] many = [-0.75, -0.75, -0.75, -0.75];
        Assert.Equal(Confidence.MeanLogProb<double>(one), Confidence.MeanLogProb<double>(many));
    }

    [Fact]
    public void Floats_are_summed_in_double()
    {
        // In float, 2^24 + 1 is 2^24: a float sum would lose the ones.
        float[] logProbs = [-16777216f, -1f, -1f, -1f];
        Assert.Equal(-16777219.0 / 4.0, Confidence.MeanLogProb<float>(logProbs));
    }

    [Fact]
    public void An_impossible_token_carries_through()
    {
        double[] logProbs = [-1.0, double.NegativeInfinity];
        Assert.Equal(double.PositiveInfinity, Confidence.Anll<double>(logProbs));
        Assert.Equal(0.0, Confidence.Probability(Confidence.MeanLogProb<double>(logProbs)));
    }

    [Fact]
    public void No_tokens_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Confidence.MeanLogProb<double>([]));
}
