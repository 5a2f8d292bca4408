namespace Hone.Selection.Tests.Groups;

public class AdvantagesTests
{
    [Fact]
    public void One_success_in_four_by_hand()
    {
        // mean 1/4; squares 9/16 + 3/16 = 3/4; sample variance (3/4)/3 = 1/4; deviation 1/2.
        double[] advantages = new double[4];
        GroupStatistics group = Advantages.OfGroup<double>([1, 0, 0, 0], advantages);
        Assert.Equal(new GroupStatistics(0.25, 0.5, false), group);
        double divisor = 0.5 + 1e-4;
        Assert.Equal([0.75 / divisor, -0.25 / divisor, -0.25 / divisor, -0.25 / divisor], advantages);
    }

    [Fact]
    public void Unscaled_is_only_centred()
    {
        float[] advantages = new float[4];
        Advantages.OfGroup<float>([1, 0, 0, 0], advantages, AdvantageScale.None);
        Assert.Equal([0.75f, -0.25f, -0.25f, -0.25f], advantages);
    }

    [Fact]
    public void Scaling_without_epsilon_gives_unit_sample_deviation()
    {
        double[] rewards = [0.3, -1.2, 2.5, 0.0, 0.9];
        double[] a = new double[5];
        Advantages.OfGroup<double>(rewards, a, epsilon: 0.0);
        Assert.Equal(0.0, a.Sum(), Tolerance.Rounding);
        Assert.Equal(4.0, a.Sum(x => x * x), Tolerance.Rounding); // (G - 1) times a variance of 1

        // Neither a shift nor a positive scale of the rewards changes scaled advantages.
        double[] shifted = [.. rewards.Select(r => (3.0 * r) + 7.0)];
        Advantages.OfGroup<double>(shifted, shifted, epsilon: 0.0);
        Assert.All(a.Zip(shifted), pair => Assert.Equal(pair.First, pair.Second, Tolerance.Rounding));
    }

    [Theory]
    [InlineData(AdvantageScale.None)]
    [InlineData(AdvantageScale.StandardDeviation)]
    public void Float_advantages_sum_to_zero(AdvantageScale scale)
    {
        float[] advantages = new float[8];
        Advantages.OfGroup<float>([0.1f, 0.7f, 0.2f, 0.9f, 0.4f, 0.4f, 0.3f, 0.6f], advantages, scale);
        Assert.Equal(0.0, advantages.Sum(a => (double)a), advantages.Length * Tolerance.Float);
        Assert.NotEqual(0f, advantages[0]);
    }

    [Fact]
    public void A_constant_group_is_exactly_zero_and_flagged()
    {
        // Three times 0.1 sums to 0.30000000000000004: the rounded mean is not 0.1, yet the advantages are 0.
        double[] advantages = [9, 9, 9];
        GroupStatistics group = Advantages.OfGroup<double>([0.1, 0.1, 0.1], advantages, epsilon: 0.0);
        Assert.True(group.ZeroVariance);
        Assert.Equal(0.0, group.StandardDeviation);
        Assert.Equal([0.0, 0.0, 0.0], advantages);
    }

    [Fact]
    public void A_single_completion_carries_no_signal()
    {
        double[] advantages = [9];
        Assert.True(Advantages.OfGroup<double>([1.0], advantages).ZeroVariance);
        Assert.Equal(0.0, advantages[0]);
    }

    [Fact]
    public void A_batch_centres_each_group_on_its_own()
    {
        // Groups (1, 0), (1, 1), (0, 4): centred (1/2, -1/2), (0, 0), (-2, 2); in place.
        double[] values = [1, 0, 1, 1, 0, 4];
        BatchStatistics batch = Advantages.OfBatch<double>(values, 2, values, AdvantageScale.None);
        Assert.Equal([0.5, -0.5, 0.0, 0.0, -2.0, 2.0], values);
        Assert.Equal(new BatchStatistics(3, 1), batch);
    }

    [Fact]
    public void Bad_arguments_are_errors()
    {
        double[] two = new double[2];
        Assert.Throws<ArgumentException>(() => Advantages.OfGroup<double>([], []));
        Assert.Throws<ArgumentException>(() => Advantages.OfGroup<double>([1, 0, 0], two));
        Assert.Throws<ArgumentException>(() => Advantages.OfGroup<double>([1, double.NaN], two));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advantages.OfGroup<double>([1, 0], two, epsilon: -1e-9));
        Assert.Throws<ArgumentException>(() => Advantages.OfBatch<double>([1, 0], 3, two));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advantages.OfBatch<double>([1, 0], 0, two));
    }
}
