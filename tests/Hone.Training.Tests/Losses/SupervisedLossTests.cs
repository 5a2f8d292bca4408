using Hone.Training.Losses;

namespace Hone.Training.Tests.Losses;

public sealed class SupervisedLossTests
{
    [Fact]
    public void The_loss_is_minus_the_mean_and_its_derivative_minus_one_over_the_update()
    {
        float[] derivative = new float[4];
        double loss = SupervisedLoss.Compute<float>([-1.0f, -2.0f, -0.5f, -4.5f], 4, derivative);
        Assert.Equal(2.0, loss);
        Assert.Equal([-0.25f, -0.25f, -0.25f, -0.25f], derivative);
    }

    [Fact]
    public void Micro_batches_add_up_to_the_batch()
    {
        Random random = new(7);
        double[] logProbs = [.. Enumerable.Range(0, 30).Select(_ => -3.0 * random.NextDouble())];
        double[] whole = new double[30];
        double[] parts = new double[30];
        double expected = SupervisedLoss.Compute<double>(logProbs, 30, whole);
        double sum = SupervisedLoss.Compute(logProbs.AsSpan(..11), 30, parts.AsSpan(..11))
            + SupervisedLoss.Compute<double>([], 30, [])
            + SupervisedLoss.Compute(logProbs.AsSpan(11..), 30, parts.AsSpan(11..));
        Assert.Equal(expected, sum, LossTolerance.Rounding);
        Assert.Equal(-logProbs.Average(), expected, LossTolerance.Rounding);
        Assert.Equal(whole, parts);
        Assert.All(whole, value => Assert.Equal(-1.0 / 30.0, value));
    }

    [Fact]
    public void It_is_the_policy_loss_of_advantage_1_up_to_a_constant()
    {
        float[] logProbs = [-1.0f, -2.5f, -0.125f];
        float[] supervised = new float[3];
        float[] policy = new float[3];
        SupervisedLoss.Compute<float>(logProbs, 3, supervised);
        PolicyLoss.Compute<float>(
            logProbs, logProbs, [], [1.0], [0, 3], new UpdateSize(3, 1), new PolicyLossOptions(), policy);
        Assert.Equal(policy, supervised);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SupervisedLoss.Compute<float>([-1.0f, -1.0f], 1, new float[2]));
        Assert.Throws<ArgumentException>(() => SupervisedLoss.Compute<float>([-1.0f], 1, new float[2]));
        Assert.Throws<ArgumentException>(() => SupervisedLoss.Compute<float>([float.NaN], 1, new float[1]));
        Assert.Equal(0.0, SupervisedLoss.Compute<float>([], 0, []));
    }
}
