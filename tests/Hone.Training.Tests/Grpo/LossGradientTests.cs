using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Losses;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>A GRPO step's gradient with clipping, a KL term and a policy that has moved on since it sampled.</summary>
public sealed class LossGradientTests : IDisposable
{
    // Length of a step: short enough that no ratio crosses a bound, which would be a kink.
    private const double Step = 0.05;

    private const string Embedding = "model.embed_tokens.weight";

    private readonly Kernels _kernels = Kernels.OnCpu(1);

    public void Dispose() => _kernels.Dispose();

    public static TheoryData<bool, LossNormalization> Losses =>
        new MatrixTheoryData<bool, LossNormalization>([false, true], Enum.GetValues<LossNormalization>());

    [Theory]
    [MemberData(nameof(Losses))]
    public void Loss_changes_along_random_directions_as_the_gradient_says(bool tied, LossNormalization normalization)
    {
        using Transformer model = TinyPolicy.Make(_kernels, tied: tied);
        LossCase with = Case(model, normalization);
        using var gradients = new ParameterSet(model.Config);
        Passes.Loss(model, with, gradients);
        foreach (ParameterInfo item in model.Parameters.Layout.Items)
        {
            double[] gradient = Near.Doubles(gradients[item.Name].Span);

            // Two widths, so that the third derivative cancels (Richardson).
            double wide = Slope(model, with, item, gradient, Step, out double expected, out double size);
            double narrow = Slope(model, with, item, gradient, Step / 2, out _, out _);
            Near.Check(item.Name, [expected], (ReadOnlySpan<double>)[((4 * narrow) - wide) / 3], Tolerance.Directional, size);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_do_not_depend_on_how_the_update_is_cut(bool tied)
    {
        using Transformer model = TinyPolicy.Make(_kernels, tied: tied);
        LossCase with = Case(model, LossNormalization.TokenMean);
        using ParameterSet whole = new(model.Config), parts = new(model.Config);
        double one = Passes.Loss(model, with, whole), many = Passes.Loss(model, with, parts, maxRows: 1);
        Assert.Equal(one, many, Tolerance.Rounding);

        // Every parameter adds its tokens in order, whatever the passes. Only a tied matrix is used twice, so that the cut
        // decides in which order head and embedding take their turns.
        Near.Exact("gradient of", whole, parts, except: tied ? [Embedding] : []);
        Near.Check(Embedding, Near.Doubles(whole[Embedding].Span), parts[Embedding].Span, Tolerance.OtherOrder);
    }

    // Four groups of three with completions of 1 to 9 tokens; ratios below, inside and above the bounds, none near one.
    private static LossCase Case(Transformer model, LossNormalization normalization)
    {
        const double Apart = 0.1;
        var options = new PolicyLossOptions
        {
            ClipLow = 0.2, ClipHigh = 0.28, KlCoefficient = 0.05, Normalization = normalization, ConstantLength = 12,
        };
        TokenGroup[] groups = [.. Enumerable.Range(0, 4).Select(g => new TokenGroup(
            Tokens(g, (5 * g) + 1), [.. Enumerable.Range(0, 3).Select(c => Tokens(10 + (3 * g) + c, 1 + (((3 * g) + c) * 5 % 9)))]))];
        float[] now = Passes.LogProbs(model, groups);
        bool IsApart(double logRatio) =>
            Math.Abs(Math.Exp(logRatio) - 0.8) > Apart && Math.Abs(Math.Exp(logRatio) - 1.28) > Apart;
        float[] old = [.. now.Select((value, i) => value - (float)Draw(i, 0.5, IsApart))];
        float[] reference = [.. now.Select((value, i) => value + (float)Draw(1000 + i, 0.5, _ => true))];
        double[] advantages = [.. Enumerable.Range(0, 12).Select(i => Draw(2000 + i, 1.5, _ => true))];
        var size = UpdateSize.Of([0, now.Length]);
        int[] starts = [0, .. groups.SelectMany(g => g.Completions).Select(c => c.Length)];
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        PolicyLossMetrics metrics = PolicyLoss.Compute<float>(
            now, old, reference, advantages, starts, size with { Sequences = 12 }, options, new float[now.Length]);
        Assert.True(metrics.ClippedLow > 0 && metrics.ClippedHigh > 0 && metrics.ClippedLow + metrics.ClippedHigh < now.Length / 2);
        return new LossCase(groups, old, reference, advantages, options);
    }

    // Loss difference along a random direction, by the length of the step that the floats really made.
    private static double Slope(
        Transformer model, LossCase with, ParameterInfo item, double[] gradient, double length, out double expected, out double size)
    {
        (double up, double[] above) = Moved(model, with, item, length);
        (double down, double[] below) = Moved(model, with, item, -length);
        double[] step = [.. above.Zip(below, (a, b) => a - b)];
        double norm = Math.Sqrt(step.Sum(s => s * s));
        expected = gradient.Zip(step, (g, s) => g * s).Sum() / norm;

        // What is usual along a random direction: this one may happen to be level.
        size = Math.Sqrt(gradient.Sum(g => g * g) / gradient.Length);
        return (up - down) / norm;
    }

    private static (double Loss, double[] At) Moved(Transformer model, LossCase with, ParameterInfo item, double length)
    {
        Span<float> values = model.Parameters[item.Name].Span;
        float[] start = values.ToArray();
        ulong stream = RandomNumbers.Seed(77, RandomNumbers.Hash(item.Name));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += (float)(length / Math.Sqrt(values.Length) * (RandomNumbers.Uniform(stream, i) < 0.5 ? 1 : -1));
        }

        double[] at = Near.Doubles(values);
        model.WeightsChanged();
        double loss = Passes.Loss(model, with);
        start.CopyTo(values);
        model.WeightsChanged();
        return (loss, at);
    }

    private static double Draw(int index, double width, Func<double, bool> accepts) =>
        Enumerable.Range(0, 100)
            .Select(turn => width * ((2 * RandomNumbers.Uniform(RandomNumbers.Seed(3, (ulong)turn), index)) - 1))
            .First(accepts);

    private static int[] Tokens(int seed, int length) =>
        [.. Enumerable.Range(0, length).Select(i => (int)(257 * RandomNumbers.Uniform((ulong)seed + 50, i)))];
}
