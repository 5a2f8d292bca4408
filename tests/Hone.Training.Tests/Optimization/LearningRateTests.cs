using Hone.Training.Optimization;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Optimization;

public class LearningRateTests
{
    private const double Root3 = 1.7320508075688772;

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, new[] { 4.0, 4, 4, 4, 4, 4 })]
    [InlineData(LearningRateSchedule.Constant, 2, new[] { 2.0, 4, 4, 4, 4, 4 })]
    [InlineData(LearningRateSchedule.Linear, 2, new[] { 2.0, 4, 3.25, 2.5, 1.75, 1 })]
    [InlineData(LearningRateSchedule.Linear, 0, new[] { 3.5, 3, 2.5, 2, 1.5, 1 })]
    [InlineData(LearningRateSchedule.Cosine, 0, new[] { 2.5 + (0.75 * Root3), 3.25, 2.5, 1.75, 2.5 - (0.75 * Root3), 1 })]
    [InlineData(LearningRateSchedule.Cosine, 4, new[] { 1.0, 2, 3, 4, 2.5, 1 })]
    [InlineData(LearningRateSchedule.Linear, 6, new[] { 4.0 / 6, 8.0 / 6, 2, 16.0 / 6, 20.0 / 6, 4 })]
    public void Rates_of_six_steps_with_peak_4_and_lowest_share_a_quarter(
        LearningRateSchedule schedule, int warmup, double[] expected)
    {
        double[] actual = [.. Enumerable.Range(1, 6).Select(step => LearningRate.At(step, 6, warmup, 4, 0.25, schedule))];
        Near.Check("rates", expected, actual, Tolerance.Rounding);
    }

    [Fact]
    public void Last_rate_is_zero_without_a_lowest_share()
    {
        Assert.Equal(0, LearningRate.At(6, 6, 0, 4, 0, LearningRateSchedule.Linear));
        Assert.Equal(0, LearningRate.At(6, 6, 2, 4, 0, LearningRateSchedule.Cosine));
    }

    [Fact]
    public void Problems_name_every_bad_setting()
    {
        Assert.Empty(new OptimizerOptions().Problems());
        var bad = new OptimizerOptions
        {
            LearningRate = double.NaN, WarmupSteps = -1, LowestShare = 1.5, Beta2 = 1, Epsilon = 0, MaxGradNorm = double.NaN,
        };
        string[] problems = [.. bad.Problems()];
        string[] keys =
        [
            "learning_rate is NaN", "warmup_steps is -1", "lowest_share is 1.5", "beta1 and beta2 are 0.9 and 1,", "epsilon is 0,",
            "max_grad_norm are 0 and NaN",
        ];
        Assert.Equal(keys.Length, problems.Length);
        Assert.All(keys.Zip(problems), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }
}
