using Hone.Training.Losses;

namespace Hone.Training.Tests.Losses;

public sealed class PolicyLossTests
{
    private const int ConstantLength = 16;

    // Lengths 7, 0, 1, 12, 5.
    private static readonly int[] Starts = [0, 7, 7, 8, 20, 25];
    private static readonly double[] Advantages = [0.75, 1.0, -1.25, -0.5, 0.0];

    public static MatrixTheoryData<LossNormalization, double> Settings =>
        new(Enum.GetValues<LossNormalization>(), [0.0, 0.05]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_derivative_is_that_of_the_loss(LossNormalization normalization, double beta)
    {
        Batch batch = Batch.Random(seed: 1, Starts);
        PolicyLossOptions options = Options(normalization, beta);
        double[] derivative = new double[batch.New.Length];
        PolicyLossMetrics metrics = batch.Compute(options, derivative);
        Assert.True(metrics is { ClippedLow: > 0, ClippedHigh: > 0 and < 7 }, $"another seed: {metrics}");

        double[] unused = new double[batch.New.Length];
        for (int t = 0; t < batch.New.Length; t++)
        {
            double ratio = Math.Exp(batch.New[t] - batch.Old[t]);
            Assert.False(
                Math.Abs(ratio - (1 - options.ClipLow)) < LossTolerance.Kink
                    || Math.Abs(ratio - (1 + options.ClipHigh)) < LossTolerance.Kink,
                "another seed: a token stands on the kink");
            double value = batch.New[t];
            batch.New[t] = value + LossTolerance.Step;
            double up = batch.Compute(options, unused).Loss;
            batch.New[t] = value - LossTolerance.Step;
            double down = batch.Compute(options, unused).Loss;
            batch.New[t] = value;
            Assert.Equal((up - down) / (2.0 * LossTolerance.Step), derivative[t], LossTolerance.Gradient);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Micro_batches_add_up_to_the_batch(LossNormalization normalization, double beta)
    {
        Batch batch = Batch.Random(seed: 2, Starts);
        PolicyLossOptions options = Options(normalization, beta);
        double[] whole = new double[batch.New.Length];
        PolicyLossMetrics expected = batch.Compute(options, whole);

        double[] parts = new double[batch.New.Length];
        PolicyLossMetrics sum = PolicyLossMetrics.Empty;
        foreach ((int from, int to) in new[] { (0, 2), (2, 3), (3, 3), (3, 5) })
        {
            int[] starts = [.. Starts[from..(to + 1)].Select(start => start - Starts[from])];
            Range tokens = Starts[from]..Starts[to];
            sum += PolicyLoss.Compute(
                batch.New.AsSpan(tokens),
                batch.Old.AsSpan(tokens),
                batch.Reference.AsSpan(tokens),
                Advantages.AsSpan(from..to),
                starts,
                UpdateSize.Of(Starts),
                options,
                parts.AsSpan(tokens));
        }

        Assert.Equal(whole, parts);
        Assert.Equal(expected.Loss, sum.Loss, LossTolerance.Rounding);
        Assert.Equal(expected.MeanRatio, sum.MeanRatio, LossTolerance.Rounding);
        Assert.Equal(expected.MeanOldKl, sum.MeanOldKl, LossTolerance.Rounding);
        Assert.Equal(expected.MeanReferenceKl!.Value, sum.MeanReferenceKl!.Value, LossTolerance.Rounding);
        Assert.Equal(expected.MaxRatioDeviation, sum.MaxRatioDeviation);
        Assert.Equal(
            (expected.Tokens, expected.Sequences, expected.ClippedLow, expected.ClippedHigh),
            (sum.Tokens, sum.Sequences, sum.ClippedLow, sum.ClippedHigh));
        Assert.Equal((25L, 5), (sum.Tokens, sum.Sequences));
    }

    [Fact]
    public void At_ratio_1_it_is_the_plain_policy_gradient_exactly()
    {
        Batch batch = Batch.Random(seed: 3, Starts);
        float[] logProbs = [.. batch.New.Select(x => (float)x)];
        float[] derivative = new float[logProbs.Length];
        (LossNormalization, Func<int, double>)[] divisors =
        [
            (LossNormalization.TokenMean, _ => 25),
            (LossNormalization.SequenceMean, length => 5 * length),
            (LossNormalization.ConstantLength, _ => 5 * ConstantLength),
        ];
        foreach ((LossNormalization normalization, Func<int, double> divisor) in divisors)
        {
            PolicyLossMetrics metrics = PolicyLoss.Compute<float>(
                logProbs,
                logProbs,
                logProbs,
                Advantages,
                Starts,
                UpdateSize.Of(Starts),
                Options(normalization, 0.05),
                derivative);

            double loss = 0.0;
            for (int s = 0; s < Advantages.Length; s++)
            {
                int length = Starts[s + 1] - Starts[s];
                loss -= length == 0 ? 0.0 : length * Advantages[s] / divisor(length);
                Assert.All(
                    derivative[Starts[s]..Starts[s + 1]],
                    value => Assert.Equal((float)(-Advantages[s] / divisor(length)), value));
            }

            Assert.Equal(loss, metrics.Loss, LossTolerance.Rounding);
            Assert.Equal(1.0, metrics.MeanRatio);
            Assert.Equal(0.0, metrics.MaxRatioDeviation);
            Assert.Equal(0.0, metrics.MeanOldKl);
            Assert.Equal(0.0, metrics.MeanReferenceKl);
            Assert.Equal((0L, 0L), (metrics.ClippedLow, metrics.ClippedHigh));
        }
    }

    // Bounds 0.5 and 2 and ratios 1/4, 1/2, 1, 2, 4: powers of two, so that the bound itself can be hit.
    [Theory]
    [InlineData(0.25, 1.0, -0.25, -0.25, 0, 0)]
    [InlineData(0.5, 1.0, -0.5, -0.5, 0, 0)]
    [InlineData(1.0, 1.0, -1.0, -1.0, 0, 0)]
    [InlineData(2.0, 1.0, -2.0, -2.0, 0, 0)]
    [InlineData(4.0, 1.0, -2.0, 0.0, 0, 1)]
    [InlineData(0.25, -1.0, 0.5, 0.0, 1, 0)]
    [InlineData(0.5, -1.0, 0.5, 0.5, 0, 0)]
    [InlineData(1.0, -1.0, 1.0, 1.0, 0, 0)]
    [InlineData(2.0, -1.0, 2.0, 2.0, 0, 0)]
    [InlineData(4.0, -1.0, 4.0, 4.0, 0, 0)]
    [InlineData(0.25, 0.0, 0.0, 0.0, 0, 0)]
    [InlineData(4.0, 0.0, 0.0, 0.0, 0, 0)]
    public void Clipping_by_sign_and_side(
        double ratio, double advantage, double loss, double derivative, int low, int high)
    {
        double[] output = new double[1];
        PolicyLossMetrics metrics = Single(
            Math.Log(ratio), 0.0, advantage, new PolicyLossOptions { ClipLow = 0.5, ClipHigh = 1.0 }, output);
        Assert.Equal(ratio, Math.Exp(Math.Log(ratio)));
        Assert.Equal(loss, metrics.Loss);
        Assert.Equal(derivative, output[0]);
        Assert.Equal((low, high), (metrics.ClippedLow, metrics.ClippedHigh));
    }

    [Fact]
    public void Bounds_can_be_switched_off()
    {
        PolicyLossOptions off = new() { ClipLow = 1.0, ClipHigh = double.PositiveInfinity };
        double[] output = new double[1];
        Assert.Equal(-Math.Exp(3.0), Single(3.0, 0.0, 1.0, off, output).Loss);
        Assert.Equal(-Math.Exp(3.0), output[0]);
        Assert.Equal(Math.Exp(-3.0), Single(-3.0, 0.0, -1.0, off, output).Loss);
    }

    [Fact]
    public void An_exploding_ratio_shows_but_does_not_spoil_clipped_or_neutral_tokens()
    {
        double[] output = new double[1];
        PolicyLossOptions options = new();
        PolicyLossMetrics neutral = Single(0.0, -2000.0, 0.0, options, output);
        Assert.Equal((0.0, 0.0), (neutral.Loss, output[0]));
        Assert.Equal(double.PositiveInfinity, neutral.MaxRatioDeviation);
        Assert.Equal((-1.2, 0.0), (Single(0.0, -2000.0, 1.0, options, output).Loss, output[0]));
        Assert.Equal(double.PositiveInfinity, Single(0.0, -2000.0, -1.0, options, output).Loss);
    }

    [Fact]
    public void The_KL_estimate_is_k3_on_either_side_of_its_series()
    {
        // exp(x) - x - 1 by Taylor: x^2/2 + x^3/6 + x^4/24, the rest below 1e-17 at x = 1.001e-3.
        foreach (double x in new[] { -1.001e-3, -9.99e-4, 0.0, 1e-6, 9.99e-4, 1.001e-3 })
        {
            double[] output = new double[1];
            PolicyLossMetrics metrics = PolicyLoss.Compute(
                [0.0],
                [0.0],
                [x],
                [0.0],
                [0, 1],
                new UpdateSize(1, 1),
                new PolicyLossOptions { KlCoefficient = 2.0 },
                output);
            double k3 = (x * x / 2.0) + (x * x * x / 6.0) + (x * x * x * x / 24.0);
            Assert.Equal(k3, metrics.MeanReferenceKl!.Value, k3 * LossTolerance.Cancellation);
            Assert.Equal(2.0 * metrics.MeanReferenceKl.Value, metrics.Loss);
            Assert.Equal(2.0 * (1.0 - Math.Exp(x)), output[0]);
        }
    }

    [Fact]
    public void Without_a_KL_coefficient_the_reference_is_only_measured()
    {
        Batch batch = Batch.Random(seed: 4, Starts);
        double[] with = new double[25];
        double[] without = new double[25];
        PolicyLossOptions options = new();
        PolicyLossMetrics measured = batch.Compute(options, with);
        PolicyLossMetrics plain = PolicyLoss.Compute<double>(
            batch.New, batch.Old, [], Advantages, Starts, UpdateSize.Of(Starts), options, without);
        Assert.Equal(without, with);
        Assert.Equal(plain.Loss, measured.Loss);
        Assert.Null(plain.MeanReferenceKl);
        Assert.True(measured.MeanReferenceKl > 0.0);
    }

    [Fact]
    public void The_derivative_may_overwrite_its_input()
    {
        Batch batch = Batch.Random(seed: 5, Starts);
        PolicyLossOptions options = Options(LossNormalization.SequenceMean, 0.05);
        double[] apart = new double[25];
        batch.Compute(options, apart);
        batch.Compute(options, batch.New);
        Assert.Equal(apart, batch.New);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        double[] two = [-1.0, -2.0];
        void Refused(
            double[]? old = null,
            double[]? reference = null,
            double[]? advantages = null,
            int[]? starts = null,
            UpdateSize? update = null,
            PolicyLossOptions? options = null,
            double[]? output = null) => Assert.Throws<ArgumentException>(() => PolicyLoss.Compute<double>(
                two,
                old ?? two,
                reference ?? [],
                advantages ?? [1.0],
                starts ?? [0, 2],
                update ?? new UpdateSize(2, 1),
                options ?? new PolicyLossOptions(),
                output ?? new double[2]));

        Refused(old: [-1.0]);
        Refused(old: [-1.0, double.NaN]);
        Refused(old: [-1.0, double.NegativeInfinity]);
        Refused(reference: [-1.0]);
        Refused(advantages: [1.0, 1.0]);
        Refused(advantages: [double.NaN]);
        Refused(starts: []);
        Refused(starts: [0, 1]);
        Refused(starts: [1, 2]);
        Refused(starts: [0, 3, 2], advantages: [1.0, 1.0], update: new UpdateSize(9, 9));
        Refused(update: new UpdateSize(1, 1));
        Refused(update: new UpdateSize(2, 0));
        Refused(output: new double[3]);
        Refused(options: new PolicyLossOptions { KlCoefficient = 0.1 });
        Refused(options: new PolicyLossOptions { ClipLow = 1.5 });
        Refused(options: new PolicyLossOptions { ClipHigh = double.NaN });
        Refused(options: new PolicyLossOptions { Normalization = LossNormalization.ConstantLength });
    }

    [Fact]
    public void All_problems_of_the_options_are_listed()
    {
        PolicyLossOptions bad = new()
        {
            ClipLow = -0.1,
            ClipHigh = -0.1,
            KlCoefficient = double.PositiveInfinity,
            Normalization = LossNormalization.ConstantLength,
        };
        Assert.Equal(4, bad.Validate().Count);
        Assert.Single(new PolicyLossOptions { Normalization = (LossNormalization)9 }.Validate());
        Assert.Empty(new PolicyLossOptions().Validate());
        Assert.Empty(Options(LossNormalization.ConstantLength, 0.1).Validate());
    }

    [Fact]
    public void An_empty_part_has_no_share()
    {
        PolicyLossMetrics empty = PolicyLoss.Compute<float>(
            [], [], [], [], [0], new UpdateSize(2, 1), new PolicyLossOptions(), []);
        Assert.Equal(PolicyLossMetrics.Empty, empty);
        Assert.Equal(new UpdateSize(27, 6), UpdateSize.Of(Starts) + new UpdateSize(2, 1));
    }

    private static PolicyLossOptions Options(LossNormalization normalization, double beta) => new()
    {
        ClipHigh = 0.28,
        KlCoefficient = beta,
        Normalization = normalization,
        ConstantLength = ConstantLength,
    };

    private static PolicyLossMetrics Single(
        double newLogProb, double oldLogProb, double advantage, PolicyLossOptions options, double[] output) =>
        PolicyLoss.Compute([newLogProb], [oldLogProb], [], [advantage], [0, 1], new UpdateSize(1, 1), options, output);

    private sealed record Batch(double[] New, double[] Old, double[] Reference, int[] Starts)
    {
        internal static Batch Random(int seed, int[] starts)
        {
            Random random = new(seed);
            double[] Draw(Func<int, double> center) =>
                [.. Enumerable.Range(0, starts[^1]).Select(t => center(t) + random.NextDouble() - 0.5)];
            double[] fresh = Draw(_ => -3.0);
            return new Batch(fresh, Draw(t => fresh[t]), Draw(t => fresh[t]), starts);
        }

        internal PolicyLossMetrics Compute(PolicyLossOptions options, double[] output) =>
            PolicyLoss.Compute<double>(New, Old, Reference, Advantages, Starts, UpdateSize.Of(Starts), options, output);
    }
}
