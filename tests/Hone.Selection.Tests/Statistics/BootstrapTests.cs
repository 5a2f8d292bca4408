namespace Hone.Selection.Tests.Statistics;

public class BootstrapTests
{
    [Fact]
    public void Interval_covers_the_true_mean_about_as_often_as_it_says()
    {
        // 1,000 samples of 60 uniform values, mean 1/2. Nominal coverage 95 %; the percentile interval of 60 values is
        // a little narrow (about 94 %), and 1,000 trials have a standard error of 0.7 points.
        const int Trials = 1000;
        const double Lowest = 0.92;
        const double Highest = 0.97;
        SplitMix64 random = new(11);
        int covered = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] values = new double[60];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = SplitMix64.Unit(random.Next());
            }

            Interval interval = Bootstrap.MeanInterval(values, (ulong)trial, replicates: 300);
            covered += interval.Low <= 0.5 && 0.5 <= interval.High ? 1 : 0;
        }

        Assert.InRange((double)covered / Trials, Lowest, Highest);
    }

    [Fact]
    public void Width_is_that_of_the_normal_interval()
    {
        // 200 zeros and 200 ones: standard error of the mean sqrt(0.25 / 400) = 0.025, so width 2 * 1.96 * 0.025 at 95
        // % and 2 * 0.6745 * 0.025 at 50 %. Resampled means lie on a grid of 1/400, and each end may be one place off.
        const double Grid = 1.0 / 400.0;
        double[] values = [.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))];
        Interval wide = Bootstrap.MeanInterval(values, 5, replicates: 10000);
        Interval narrow = Bootstrap.MeanInterval(values, 5, replicates: 10000, confidence: 0.5);
        Assert.Equal(2.0 * 1.96 * 0.025, wide.High - wide.Low, 2.0 * Grid);
        Assert.Equal(0.5, (wide.High + wide.Low) / 2.0, Grid);
        Assert.Equal(2.0 * 0.6745 * 0.025, narrow.High - narrow.Low, 2.0 * Grid);
    }

    [Fact]
    public void Same_seed_same_bits_other_seed_other_interval()
    {
        double[] values = [0.12, 0.45, 0.78, 0.31, 0.99, 0.05, 0.62];
        Interval first = Bootstrap.MeanInterval(values, 1);
        Assert.Equal(first, Bootstrap.MeanInterval(values, 1));
        Assert.NotEqual(first, Bootstrap.MeanInterval(values, 2, replicates: 100));
    }

    [Fact]
    public void One_prompt_has_no_width() =>
        Assert.Equal(new Interval(0.25, 0.25), Bootstrap.MeanInterval([0.25], 1));

    [Fact]
    public void Bad_arguments_are_errors()
    {
        Assert.Throws<ArgumentException>(() => Bootstrap.MeanInterval([], 1));
        Assert.Throws<ArgumentException>(() => Bootstrap.MeanInterval([double.NaN], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.MeanInterval([1.0], 1, replicates: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.MeanInterval([1.0], 1, confidence: 1.0));
    }
}
